// local.Key: a private key with everything that is derived from it.
#include <utility>

#include "providers/local/crypto.h"
#include "providers/local/disk.h"
#include "providers/local/kind.h"
#include "providers/local/values.h"

namespace weft::local {

namespace {

constexpr int64_t kLeastBits = 2048;
constexpr int64_t kMostBits = 8192;
constexpr int64_t kUsualBits = 4096;

class KeyKind : public RecordedKind {
 public:
  auto schema() const -> TypeSchema override {
    auto type = recorded_schema("local.Key",
                                "A private key, made once and kept sealed in the state, with its public key in the "
                                "forms that TLS and SSH want. Any change makes a new key.");
    type.attributes = {
        plain(replacing(required("algorithm", R"("rsa" | "ecdsa" | "ed25519")", "Which kind of key."))),
        plain(replacing(optional("bits", "int", "Length of an RSA key, 2048 to 8192; 4096 unless written."))),
        plain(replacing(optional("curve", R"("P-256" | "P-384" | "P-521")", "Curve of an ECDSA key; P-256 unless written."))),
        keepers_row(),
        formatted(secret(computed("private_pem", "string", "The private key, PKCS #8 in PEM.")), "pem"),
        secret(computed("private_openssh", "string", "The private key as OpenSSH keeps it in files.")),
        formatted(computed("public_pem", "string", "The public key, PKIX in PEM."), "pem"),
        computed("public_openssh", "string", "The public key as a line of authorized_keys, without a comment."),
        computed("fingerprint", "string", "Digest of the public key as SSH shows it: SHA256:…"),
    };
    type.identity = {"fingerprint"};
    type.example =
        "resource deploy: local.Key { algorithm = \"ed25519\" }\n"
        "\n"
        "output authorized = deploy.public_openssh\n";
    return type;
  }

  void prepare(const Prepare& /*item*/, Prepared& out) const override {
    std::string algorithm = text_of(out.desired, "algorithm");
    auto bits = int_of(out.desired, "bits", kUsualBits);
    const bool misplaced = !algorithm.empty() && algorithm != "rsa" && written(out.desired, "bits") != nullptr;
    if (!misplaced && (bits < kLeastBits || bits > kMostBits)) {
      out.problems.push_back(invalid("bits", std::to_string(bits) + " bits; an RSA key here has 2048 to 8192"));
    }
    if (algorithm.empty()) return;
    if (misplaced) {
      out.problems.push_back(invalid("bits", "`bits` is for RSA keys, this one is " + algorithm,
                                     algorithm == "ecdsa" ? "write `curve` instead" : "leave it out"));
    }
    if (algorithm != "ecdsa" && written(out.desired, "curve") != nullptr) {
      out.problems.push_back(invalid("curve", "`curve` is for ECDSA keys, this one is " + algorithm,
                                     algorithm == "rsa" ? "write `bits` instead" : "leave it out"));
    }
  }

 protected:
  auto make(Call call, Step step) const -> Task<ChangeResult> override {
    std::string algorithm = text_of(step.desired, "algorithm");
    std::string curve = text_of(step.desired, "curve");
    if (curve.empty()) curve = "P-256";
    int bits = static_cast<int>(int_of(step.desired, "bits", kUsualBits));
    co_return co_await on_pool<ChangeResult>(call.loop, [&]() -> ChangeResult {
      auto key = generate_key(algorithm, bits, curve);
      if (!key) return std::unexpected(failed(key.error(), "generate"));
      Value fingerprint = Value::string(ssh_fingerprint(*key));
      Changed changed;
      changed.identity = merged(Value::null(), {{"fingerprint", fingerprint}});
      changed.observed = merged(step.desired, {
                                                  {"private_pem", Value::string(private_pem(*key)).as_secret()},
                                                  {"private_openssh", Value::string(ssh_private_text(*key)).as_secret()},
                                                  {"public_pem", Value::string(public_pem(*key))},
                                                  {"public_openssh", Value::string(ssh_public_text(*key))},
                                                  {"fingerprint", fingerprint},
                                              });
      return changed;
    });
  }
};

}  // namespace

auto make_key() -> std::unique_ptr<Kind> { return std::make_unique<KeyKind>(); }

}  // namespace weft::local

// Keys and certificates, read back by OpenSSL and, where it is installed, by OpenSSH.
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lang/base/digest.h"
#include "lang/base/text.h"
#include "lang/os/process.h"
#include "providers/local/x509.h"
#include "tests/providers/local/fixture.h"

namespace weft::local {
namespace {

class Crypto : public LocalTest {
 protected:
  auto key(std::vector<Field> desired) -> Value {
    auto made = desk.create("local.Key", o(std::move(desired)));
    EXPECT_TRUE(made) << made.error().text;
    return made ? made->observed : Value::null();
  }
  auto run(std::vector<std::string> argv) -> ProcessResult {
    ProcessRequest request;
    request.argv = std::move(argv);
    request.environment = Environment::of_process();
    auto result = block_on(desk.loop, run_process(desk.loop, std::move(request)));
    EXPECT_TRUE(result.has_value());
    return result ? *result : ProcessResult{};
  }
};

const std::vector<std::vector<Field>> kAlgorithms = {
    {{"algorithm", s("rsa")}, {"bits", n(2048)}},
    {{"algorithm", s("ecdsa")}},
    {{"algorithm", s("ecdsa")}, {"curve", s("P-384")}},
    {{"algorithm", s("ecdsa")}, {"curve", s("P-521")}},
    {{"algorithm", s("ed25519")}},
};

TEST_F(Crypto, PemFormsAreOfOneKey) {
  for (const auto& algorithm : kAlgorithms) {
    auto made = key(algorithm);
    EXPECT_TRUE(made.get("private_pem")->secret());
    EXPECT_TRUE(made.get("private_openssh")->secret());
    EXPECT_FALSE(made.get("public_pem")->secret());
    EXPECT_TRUE(text(made, "private_pem").starts_with("-----BEGIN PRIVATE KEY-----\n"));
    auto parsed = parse_private_key(text(made, "private_pem"));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(public_pem(*parsed), text(made, "public_pem"));
    EXPECT_EQ(ssh_public_text(*parsed), text(made, "public_openssh"));
    EXPECT_EQ(ssh_fingerprint(*parsed), text(made, "fingerprint"));
    EXPECT_EQ(ssh_private_text(*parsed), text(made, "private_openssh"));
  }
}

TEST_F(Crypto, OpensshReadsThem) {
  auto path = folder.path("key");
  if (!find_program("ssh-keygen", Environment::of_process().get("PATH"))) GTEST_SKIP() << "no ssh-keygen here";
  for (const auto& algorithm : kAlgorithms) {
    auto made = key(algorithm);
    folder.write("key", text(made, "private_openssh"));
    ::chmod(path.c_str(), 0600);
    auto derived = run({"ssh-keygen", "-y", "-P", "", "-f", path});
    ASSERT_TRUE(derived.succeeded()) << derived.error.bytes;
    EXPECT_EQ(trim(derived.out.bytes), text(made, "public_openssh"));
    folder.write("key.pub", text(made, "public_openssh") + "\n");
    auto shown = run({"ssh-keygen", "-l", "-f", path + ".pub"});
    EXPECT_NE(shown.out.bytes.find(text(made, "fingerprint")), std::string::npos) << shown.out.bytes;
    ::unlink(path.c_str());
  }
}

TEST_F(Crypto, KeysHaveTheirSizes) {
  auto size = [&](std::vector<Field> desired) {
    auto parsed = parse_private_key(text(key(std::move(desired)), "private_pem"));
    return parsed ? EVP_PKEY_get_bits(parsed->get()) : 0;
  };
  EXPECT_EQ(size({{"algorithm", s("rsa")}, {"bits", n(3072)}}), 3072);
  EXPECT_EQ(size({{"algorithm", s("ecdsa")}}), 256);
  EXPECT_EQ(size({{"algorithm", s("ecdsa")}, {"curve", s("P-521")}}), 521);
}

TEST_F(Crypto, KeyAttributesThatDoNotFitAreRefused) {
  EXPECT_EQ(problem("local.Key", o({{"algorithm", s("rsa")}, {"bits", n(1024)}})),
            "bits: 1024 bits; an RSA key here has 2048 to 8192");
  EXPECT_EQ(problem("local.Key", o({{"algorithm", s("ed25519")}, {"bits", n(2048)}})),
            "bits: `bits` is for RSA keys, this one is ed25519");
  EXPECT_EQ(problem("local.Key", o({{"algorithm", s("rsa")}, {"curve", s("P-256")}})),
            "curve: `curve` is for ECDSA keys, this one is rsa");
  EXPECT_EQ(problem("local.Key", o({{"algorithm", Value::unknown({.type = Type::string()})}, {"bits", n(2048)}})), "");
}

TEST_F(Crypto, OneMistakeIsOneProblem) {
  auto problems = [&](std::string_view type, Value desired) {
    std::string all;
    for (const auto& one : desk.prepare(type, std::move(desired)).problems) all += one.path.text() + ": " + one.text + "\n";
    return all;
  };
  EXPECT_EQ(problems("local.Key", o({{"algorithm", s("ecdsa")}, {"bits", n(256)}})),
            "bits: `bits` is for RSA keys, this one is ecdsa\n");
  EXPECT_EQ(problems("local.Key", o({{"algorithm", s("rsa")}, {"bits", n(256)}})),
            "bits: 256 bits; an RSA key here has 2048 to 8192\n");
  auto never = [](std::vector<Field> more) {
    more.push_back({"valid_for", Value::duration(-5LL * 86'400 * 1'000'000'000)});
    return o(std::move(more));
  };
  EXPECT_EQ(problems("local.Certificate", never({})), "valid_for: `valid_for` must be at least a second\n");
  EXPECT_EQ(problems("local.Certificate", never({{"renew_before", Value::duration(1'000'000'000)}})),
            "valid_for: `valid_for` must be at least a second\n");
}

TEST_F(Crypto, SealedKeysAreRefusedWithoutAskingATerminal) {
  auto parsed = parse_private_key("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().text, "the private key is sealed with a passphrase");
  EXPECT_FALSE(parse_private_key("nonsense"));
  EXPECT_FALSE(parse_certificate("nonsense"));
}

TEST(Names, AreToldApartByTheirForm) {
  auto kind = [](std::string_view text) { return name_kind(text); };
  EXPECT_EQ(kind("example.com"), NameKind::kDns);
  EXPECT_EQ(kind("*.example.com"), NameKind::kDns);
  EXPECT_EQ(kind("localhost"), NameKind::kDns);
  EXPECT_EQ(kind("10.0.0.7"), NameKind::kIp);
  EXPECT_EQ(kind("2001:db8::1"), NameKind::kIp);
  EXPECT_EQ(kind("ops@example.com"), NameKind::kEmail);
  EXPECT_EQ(kind("spiffe://cluster/ns/web"), NameKind::kUri);
  EXPECT_EQ(kind("urn:uuid:1"), NameKind::kUri);
  for (auto wrong : {"", "a b", "a..b", "a.*.b", "example.com.", "ü.de", "@x", "a@", "://x"}) {
    EXPECT_EQ(kind(wrong), std::nullopt) << wrong;
  }
  EXPECT_EQ(kind(std::string(64, 'a') + ".com"), std::nullopt);
}

class Certificates : public Crypto {
 protected:
  std::string key_pem = text(key({{"algorithm", s("ecdsa")}}), "private_pem");

  auto desired(std::vector<Field> more = {}) -> Value {
    auto out = o({{"key_pem", s(key_pem).as_secret()}, {"subject", o({{"common_name", s("web")}})}, {"valid_for", seconds(86400)}});
    for (auto& field : more) out = with(out, Path{}.member(field.key.view()), field.value);
    return out;
  }
  auto certificate(const Value& observed) -> X509Ptr {
    auto parsed = parse_certificate(text(observed, "certificate_pem"));
    EXPECT_TRUE(parsed);
    return std::move(*parsed);
  }
  // An extension as OpenSSL prints it, "critical " in front where it is; empty when there is none.
  static auto extension(const X509Ptr& of, int nid) -> std::string {
    int at = X509_get_ext_by_NID(of.get(), nid, -1);
    if (at < 0) return "";
    X509_EXTENSION* found = X509_get_ext(of.get(), at);
    BIO* bio = BIO_new(BIO_s_mem());
    X509V3_EXT_print(bio, found, 0, 0);
    char* bytes = nullptr;
    auto size = BIO_get_mem_data(bio, &bytes);
    std::string out(bytes, static_cast<size_t>(size));
    BIO_free(bio);
    return (X509_EXTENSION_get_critical(found) != 0 ? "critical " : "") + out;
  }
};

TEST_F(Certificates, SignThemselves) {
  auto made = desk.create("local.Certificate",
                          desired({{"names", Value::list({s("web.example.com"), s("*.example.com"), s("10.0.0.7"),
                                                          s("2001:db8::1"), s("ops@example.com"), s("spiffe://x/y")})},
                                   {"subject", o({{"common_name", s("wéb")}, {"organization", s("Acme, Inc.")}, {"country", s("DE")}})}}));
  ASSERT_TRUE(made) << made.error().text;
  auto parsed = certificate(made->observed);
  EXPECT_EQ(X509_verify(parsed.get(), X509_get0_pubkey(parsed.get())), 1);
  EXPECT_EQ(extension(parsed, NID_subject_alt_name),
            "DNS:web.example.com, DNS:*.example.com, IP Address:10.0.0.7, IP Address:2001:DB8:0:0:0:0:0:1, "
            "email:ops@example.com, URI:spiffe://x/y");
  EXPECT_EQ(extension(parsed, NID_basic_constraints), "critical CA:FALSE");
  EXPECT_EQ(extension(parsed, NID_key_usage), "critical Digital Signature");
  EXPECT_EQ(extension(parsed, NID_ext_key_usage), "TLS Web Server Authentication, TLS Web Client Authentication");
  EXPECT_EQ(text(made->observed, "not_before"), "2026-03-20T14:05:00Z");
  EXPECT_EQ(text(made->observed, "not_after"), "2026-03-21T14:05:00Z");
  EXPECT_EQ(ends_at(parsed) - 86400, 1'774'015'500);
  char* name = X509_NAME_oneline(X509_get_subject_name(parsed.get()), nullptr, 0);
  EXPECT_EQ(std::string(name), "/C=DE/O=Acme, Inc./CN=w\\xC3\\xA9b");
  OPENSSL_free(name);
  EXPECT_EQ(made->observed.get("key_pem"), nullptr);
}

TEST_F(Certificates, AreSignedByAnAuthority) {
  auto authority_key = text(key({{"algorithm", s("ed25519")}}), "private_pem");
  auto authority = desk.create("local.Certificate",
                               o({{"key_pem", s(authority_key).as_secret()}, {"subject", o({{"common_name", s("root")}})},
                                  {"valid_for", seconds(3600)}, {"is_ca", b(true)}}));
  ASSERT_TRUE(authority) << authority.error().text;
  auto root = certificate(authority->observed);
  EXPECT_EQ(extension(root, NID_basic_constraints), "critical CA:TRUE");
  EXPECT_EQ(extension(root, NID_key_usage), "critical Digital Signature, Certificate Sign, CRL Sign");
  auto signed_by = o({{"key_pem", s(authority_key).as_secret()}, {"certificate_pem", s(text(authority->observed, "certificate_pem"))}});
  auto prepared = desk.prepare("local.Certificate", desired({{"signed_by", signed_by}}));
  Record none{.address = "x", .type = &desk.type("local.Certificate")};
  auto made = desk.change(desk.step(driver::Change::kCreate, none, prepared.desired));
  ASSERT_TRUE(made) << made.error().text;
  auto leaf = certificate(made->observed);
  EXPECT_EQ(X509_verify(leaf.get(), X509_get0_pubkey(root.get())), 1);
  EXPECT_EQ(X509_check_issued(root.get(), leaf.get()), X509_V_OK);
  ASSERT_EQ(made->warnings.size(), 1U);
  EXPECT_EQ(made->warnings[0], "it is valid longer than its signer, which ends at 2026-03-20T15:05:00Z");
}

TEST_F(Certificates, RefuseSignersThatAreNone) {
  auto leaf = desk.create("local.Certificate", desired());
  ASSERT_TRUE(leaf);
  auto signed_by = [&](std::string_view pem, std::string_view certificate_pem) {
    return desk.create("local.Certificate", desired({{"signed_by", o({{"key_pem", s(pem).as_secret()}, {"certificate_pem", s(certificate_pem)}})}}));
  };
  auto leaf_pem = text(leaf->observed, "certificate_pem");
  auto refused = signed_by(key_pem, leaf_pem);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text, "the signer is no certificate authority");
  EXPECT_EQ(refused.error().path.text(), "signed_by.certificate_pem");
  refused = signed_by(text(key({{"algorithm", s("ed25519")}}), "private_pem"), leaf_pem);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().path.text(), "signed_by.key_pem");
  EXPECT_FALSE(desk.create("local.Certificate", desired({{"key_pem", s("nonsense").as_secret()}})));
}

TEST_F(Certificates, HoldTheUsagesThatAreWritten) {
  auto usages = Value::set({s("code_signing"), s("key_agreement"), s("ocsp_signing")});
  auto made = desk.create("local.Certificate", desired({{"usages", usages}}));
  ASSERT_TRUE(made);
  auto parsed = certificate(made->observed);
  EXPECT_EQ(extension(parsed, NID_key_usage), "critical Key Agreement");
  EXPECT_EQ(extension(parsed, NID_ext_key_usage), "Code Signing, OCSP Signing");
}

TEST_F(Certificates, AreRenewedInTime) {
  auto wanted = desired({{"renew_before", seconds(3600)}});
  const auto& type = desk.type("local.Certificate");
  std::optional<Record> record = *desk.create("local.Certificate", wanted);
  auto first = record->identity;
  desk.clock.advance(std::chrono::seconds(86400 - 3600 - 1));
  EXPECT_EQ(desk.plan(record, type, wanted).verdict, Verdict::kNone);
  desk.clock.advance(std::chrono::seconds(1));
  auto decision = desk.plan(record, type, wanted);
  EXPECT_EQ(decision.verdict, Verdict::kReplace);
  EXPECT_EQ(decision.why, "due for renewal since 2026-03-21T13:05:00Z, valid until 2026-03-21T14:05:00Z");
  // A shorter time before the end makes it not due after all, and changes only the record.
  auto later = desired({{"renew_before", seconds(60)}});
  decision = desk.plan(record, type, later);
  EXPECT_EQ(decision.verdict, Verdict::kUpdate);
  EXPECT_FALSE(desk.apply(record, type, decision));
  EXPECT_EQ(record->identity, first);
  EXPECT_EQ(*record->observed.get("renew_before"), seconds(60));
  EXPECT_EQ(desk.plan(record, type, desired({{"valid_for", seconds(100000)}})).verdict, Verdict::kReplace);
}

TEST_F(Certificates, PrepareRefusesWhatCannotBe) {
  auto refused = [&](std::vector<Field> more) { return problem("local.Certificate", desired(std::move(more))); };
  EXPECT_EQ(refused({{"names", Value::list({s("ok"), s("not ok")})}}),
            "names[1]: \"not ok\" is no host name, IP or email address, or URI");
  EXPECT_EQ(refused({{"renew_before", seconds(-1)}}), "renew_before: `renew_before` must not be negative");
  EXPECT_EQ(refused({{"renew_before", seconds(86400)}}), "renew_before: `renew_before` must be less than `valid_for`");
  EXPECT_EQ(refused({{"valid_for", seconds(0)}}), "valid_for: `valid_for` must be at least a second");
  EXPECT_EQ(refused({{"subject", o({{"country", s("Germany")}})}}),
            "subject.country: \"Germany\" is no country code; it has two letters");
}

}  // namespace
}  // namespace weft::local

// local.Certificate: an X.509 certificate, signed by itself or by another, renewed in time.
#include <algorithm>
#include <utility>

#include "providers/local/disk.h"
#include "providers/local/kind.h"
#include "providers/local/times.h"
#include "providers/local/values.h"
#include "providers/local/x509.h"

namespace weft::local {

namespace {

constexpr int64_t kLastSecond = 253'402'300'799;  // 9999-12-31T23:59:59Z, the last that X.509 can write
constexpr size_t kMostNames = 1000;

struct SubjectPart {
  std::string_view member;
  std::string_view short_name;
};
constexpr SubjectPart kSubject[] = {
    {"country", "C"},          {"province", "ST"},     {"locality", "L"},
    {"street_address", "street"}, {"postal_code", "postalCode"}, {"organization", "O"},
    {"organizational_unit", "OU"}, {"common_name", "CN"}, {"serial_number", "serialNumber"},
};
constexpr std::string_view kSubjectType =
    "{ common_name?: string, organization?: string, organizational_unit?: string, country?: string, "
    "province?: string, locality?: string, street_address?: string, postal_code?: string, serial_number?: string }";

auto usage_type() -> std::string {
  std::string out = "set<";
#define USAGE(word, name, extended) out += "\"" word "\" | ";
#include "providers/local/certificate_usages.def"
#undef USAGE
  out.resize(out.size() - 3);
  return out + ">";
}

auto texts_of(const Value& object, std::string_view name) -> std::vector<std::string> {
  std::vector<std::string> out;
  const Value* value = known(object, name);
  bool is_many = value != nullptr && (value->is(ValueKind::kList) || value->is(ValueKind::kSet));
  for (const auto& element : is_many ? value->elements() : std::span<const Value>()) {
    if (element.is(ValueKind::kString)) out.emplace_back(element.as_string());
  }
  return out;
}

auto usual_usages(bool is_ca, const PrivateKey& key) -> std::vector<std::string> {
  if (is_ca) return {"cert_signing", "crl_signing", "digital_signature"};
  std::vector<std::string> out{"digital_signature", "server_auth", "client_auth"};
  if (EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA) out.emplace_back("key_encipherment");
  return out;
}

auto request_of(const Value& desired, int64_t now, const PrivateKey& key) -> CertificateRequest {
  CertificateRequest out;
  const Value* subject = known(desired, "subject");
  for (const auto& part : kSubject) {
    std::string text = subject == nullptr ? "" : text_of(*subject, part.member);
    if (!text.empty()) out.subject.emplace_back(part.short_name, std::move(text));
  }
  out.names = texts_of(desired, "names");
  out.is_ca = bool_of(desired, "is_ca");
  out.usages = written(desired, "usages") == nullptr ? usual_usages(out.is_ca, key) : texts_of(desired, "usages");
  out.not_before = now;
  out.not_after = std::min(now + seconds_of(desired, "valid_for", 0), kLastSecond);
  return out;
}

// The authority that signs, if it is another.
struct Signer {
  X509Ptr certificate;
  PrivateKey key;
};

auto signer_of(const Value& desired) -> std::expected<Signer, DriverFailure> {
  Signer out;
  const Value* written_signer = known(desired, "signed_by");
  if (written_signer == nullptr) return out;
  auto at = [](std::string_view member, DriverFailure failure) {
    failure.path = Path{}.member("signed_by").member(member);
    return std::unexpected(std::move(failure));
  };
  auto key = parse_private_key(text_of(*written_signer, "key_pem"));
  if (!key) return at("key_pem", failed(key.error(), "sign"));
  auto certificate = parse_certificate(text_of(*written_signer, "certificate_pem"));
  if (!certificate) return at("certificate_pem", failed(certificate.error(), "sign"));
  if (!belongs_to(*certificate, *key)) {
    return at("key_pem", refused(FailureClass::kInvalid, "`signed_by.key_pem` is not the key of `signed_by.certificate_pem`"));
  }
  if (!may_sign(*certificate)) {
    return at("certificate_pem", refused(FailureClass::kInvalid, "the signer is no certificate authority",
                                         "make the signer's certificate with `is_ca = true`"));
  }
  out.key = std::move(*key);
  out.certificate = std::move(*certificate);
  return out;
}

auto issue(const Value& desired, int64_t now) -> ChangeResult {
  auto key = parse_private_key(text_of(desired, "key_pem"));
  if (!key) {
    auto failure = failed(key.error(), "sign");
    failure.path = Path{}.member("key_pem");
    return std::unexpected(failure);
  }
  auto signer = signer_of(desired);
  if (!signer) return std::unexpected(signer.error());
  auto request = request_of(desired, now, *key);
  auto certificate = make_certificate(request, *key, signer->certificate, signer->certificate ? signer->key : *key);
  if (!certificate) return std::unexpected(failed(certificate.error(), "sign"));
  Changed changed;
  if (signer->certificate && ends_at(signer->certificate) < request.not_after) {
    changed.warnings.push_back("it is valid longer than its signer, which ends at " +
                               time_text(ends_at(signer->certificate)));
  }
  Value fingerprint = Value::string(certificate_fingerprint(*certificate));
  changed.identity = merged(Value::null(), {{"fingerprint", fingerprint}});
  // The keys go in and are not kept: they have a record of their own, wherever they came from.
  changed.observed = merged(omitting(desired, {"key_pem", "signed_by"}),
                            {{"certificate_pem", Value::string(certificate_pem(*certificate))},
                             {"not_before", Value::string(time_text(request.not_before))},
                             {"not_after", Value::string(time_text(request.not_after))},
                             {"fingerprint", fingerprint}});
  return changed;
}

class CertificateKind : public RecordedKind {
 public:
  auto schema() const -> TypeSchema override;
  void prepare(const Prepare& item, Prepared& out) const override;
  auto plan(Call call, Candidate item) const -> Task<Planned> override;

 protected:
  auto make(Call call, Step step) const -> Task<ChangeResult> override {
    if (step.change == Change::kUpdate) {
      // Only `renew_before` changes in place: the certificate is the same.
      Changed changed;
      changed.identity = step.instance.identity;
      changed.observed = omitting(step.instance.observed, {"renew_before"});
      if (const Value* span = written(step.desired, "renew_before")) {
        changed.observed = merged(changed.observed, {{"renew_before", *span}});
      }
      co_return changed;
    }
    int64_t now = now_of(call);
    co_return co_await on_pool<ChangeResult>(call.loop, [&] { return issue(step.desired, now); });
  }
};

auto CertificateKind::schema() const -> TypeSchema {
  auto type = recorded_schema(
      "local.Certificate",
      "An X.509 certificate, signed by its own key or by an authority, kept in the state and replaced by the first "
      "apply after it falls due. The private keys that it is made with are not kept with it.");
  type.attributes = {
      formatted(secret(replacing(required("key_pem", "string", "The private key that it is for, in PEM.")),
                       driver::Secrecy::kWriteOnly), "pem"),
      plain(replacing(required("subject", kSubjectType, "Who it is for; `country` has two letters."))),
      plain(replacing(required("valid_for", "duration", "How long it is valid from the moment it is made."))),
      plain(replacing(optional("names", "list<string>",
                               "Host names (`*.` in front for all below), IP and email addresses, URIs that it speaks for."))),
      plain(with_default(replacing(optional("is_ca", "bool", "Whether it may sign others.")), Value::boolean(false))),
      plain(replacing(optional("usages", usage_type(),
                               "What its key may be used for. Unless written: signatures of certificates and lists for an "
                               "authority, signatures and both sides of TLS for others."))),
      secret(replacing(optional("signed_by", "{ key_pem: secret string, certificate_pem: string }",
                                "The authority that signs it; without one it signs itself.")),
             driver::Secrecy::kWriteOnly),
      plain(optional("renew_before", "duration", "How long before its end it falls due; at its end unless written.")),
      keepers_row(),
      formatted(computed("certificate_pem", "string", "The certificate in PEM."), "pem"),
      formatted(computed("not_before", "string", "Since when it is valid; RFC 3339 in UTC."), "date-time"),
      formatted(computed("not_after", "string", "Until when it is valid; RFC 3339 in UTC."), "date-time"),
      computed("fingerprint", "string", "SHA-256 of the certificate, in hexadecimal digits."),
  };
  type.attributes[7].input = driver::Input::kLocal;
  type.identity = {"fingerprint"};
  type.renews = true;
  type.example =
      "resource key: local.Key { algorithm = \"ecdsa\" }\n"
      "\n"
      "resource web: local.Certificate {\n"
      "  key_pem      = key.private_pem\n"
      "  subject      = { common_name = \"web.example.com\" }\n"
      "  names        = [\"web.example.com\", \"10.0.0.7\"]\n"
      "  valid_for    = 90d\n"
      "  renew_before = 30d\n"
      "}\n";
  return type;
}

void CertificateKind::prepare(const Prepare& /*item*/, Prepared& out) const {
  const bool lasts_never = seconds_of(out.desired, "valid_for", 1) < 1;
  if (lasts_never) {
    out.problems.push_back(invalid("valid_for", "`valid_for` must be at least a second"));
  }
  int64_t lasts = seconds_of(out.desired, "valid_for", kLastSecond);
  int64_t before = seconds_of(out.desired, "renew_before", 0);
  // Of a span that is wrong itself nothing more is said, least of all about what nobody wrote.
  if (before < 0) {
    out.problems.push_back(invalid("renew_before", "`renew_before` must not be negative"));
  } else if (!lasts_never && before >= lasts) {
    out.problems.push_back(invalid("renew_before", "`renew_before` must be less than `valid_for`",
                                   "else it would fall due again at once"));
  }
  auto names = texts_of(out.desired, "names");
  if (names.size() > kMostNames) out.problems.push_back(invalid("names", "more than 1000 names"));
  for (size_t i = 0; i < std::min(names.size(), kMostNames); ++i) {
    if (name_kind(names[i])) continue;
    auto failure = invalid("names", "\"" + names[i] + "\" is no host name, IP or email address, or URI",
                           "write names in other scripts in their `xn--` form");
    failure.path = failure.path.at(static_cast<uint32_t>(i));
    out.problems.push_back(std::move(failure));
  }
  const Value* subject = known(out.desired, "subject");
  if (subject != nullptr && subject->is(ValueKind::kObject)) {
    auto country = text_of(*subject, "country");
    if (!country.empty() && country.size() != 2) {
      auto failure = invalid("subject", "\"" + country + "\" is no country code; it has two letters");
      failure.path = failure.path.member("country");
      out.problems.push_back(std::move(failure));
    }
  }
}

auto CertificateKind::plan(Call call, Candidate item) const -> Task<Planned> {
  Planned planned;
  planned.verdict = item.proposed;
  bool stays = item.proposed == Verdict::kNone || item.proposed == Verdict::kUpdate;
  auto end = time_from(text_of(item.instance.observed, "not_after"));
  if (!stays || !end) co_return planned;
  int64_t due = *end - seconds_of(item.desired, "renew_before", 0);
  if (now_of(call) >= due) {
    planned.verdict = Verdict::kReplace;
    planned.why = "due for renewal since " + time_text(due) + ", valid until " + time_text(*end);
  }
  co_return planned;
}

}  // namespace

auto make_certificate() -> std::unique_ptr<Kind> { return std::make_unique<CertificateKind>(); }

}  // namespace weft::local

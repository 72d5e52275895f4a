#include "tests/support/certificates.h"

#include <atomic>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "lang/base/check.h"

namespace weft::test {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* thing) const {
    Free(thing);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;

auto text_of(const Bio& bio) -> std::string {
  char* data = nullptr;
  auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<size_t>(size)};
}

auto certificate_text(X509* certificate) -> std::string {
  Bio bio(BIO_new(BIO_s_mem()));
  CHECK(PEM_write_bio_X509(bio.get(), certificate) == 1);
  return text_of(bio);
}

auto key_text(EVP_PKEY* key) -> std::string {
  Bio bio(BIO_new(BIO_s_mem()));
  CHECK(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return text_of(bio);
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  CHECK(extension != nullptr);
  CHECK(X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

auto blank(EVP_PKEY* key, const std::string& name) -> Certificate {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  static std::atomic<long> serial = 1;
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24L * 3600);
  X509_set_pubkey(certificate.get(), key);
  auto* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return certificate;
}

auto is_address(const std::string& name) -> bool {
  return name.contains(':') || name.find_first_not_of("0123456789.") == std::string::npos;
}

}  // namespace

struct Authority::Parts {
  Key key;
  Certificate certificate;
};

Authority::Authority(const std::string& name)
    : parts_(new Parts{.key = Key(EVP_EC_gen("P-256")), .certificate = {}}) {
  CHECK(parts_->key != nullptr);
  parts_->certificate = blank(parts_->key.get(), name);
  X509* self = parts_->certificate.get();
  X509_set_issuer_name(self, X509_get_subject_name(self));
  add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(self, self, NID_subject_key_identifier, "hash");
  CHECK(X509_sign(self, parts_->key.get(), EVP_sha256()) > 0);
  pem_ = certificate_text(self);
}

Authority::~Authority() = default;

auto Authority::issue(const std::vector<std::string>& names) const -> KeyPair {
  CHECK(!names.empty());
  Key key(EVP_EC_gen("P-256"));
  auto certificate = blank(key.get(), names.front());
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(parts_->certificate.get()));
  std::string alternatives;
  for (const auto& name : names) {
    if (!alternatives.empty()) alternatives += ",";
    alternatives += (is_address(name) ? "IP:" : "DNS:") + name;
  }
  X509* issuer = parts_->certificate.get();
  add_extension(certificate.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate.get(), issuer, NID_subject_alt_name, alternatives);
  add_extension(certificate.get(), issuer, NID_ext_key_usage, "serverAuth,clientAuth");
  CHECK(X509_sign(certificate.get(), parts_->key.get(), EVP_sha256()) > 0);
  return {.certificate_pem = certificate_text(certificate.get()), .key_pem = key_text(key.get())};
}

}  // namespace weft::test

// hash.*, crypto.*, uuid.*: digests over OpenSSL.
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "lang/base/digest.h"
#include "stdlib/functions/letter_case.h"
#include "stdlib/functions/parts.h"

namespace weft::functions {

namespace {

auto algorithm(std::string_view name) -> const EVP_MD* {
  if (name == "sha256") return EVP_sha256();
  if (name == "sha1") return EVP_sha1();
  if (name == "sha512") return EVP_sha512();
  return name == "md5" ? EVP_md5() : nullptr;
}

auto digest_bytes(const EVP_MD* algorithm, std::string_view bytes) -> Result<std::string> {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  // A machine in FIPS mode has no MD5.
  if (EVP_Digest(bytes.data(), bytes.size(), out, &size, algorithm, nullptr) != 1) {
    return fail(Code::kUnsupported, "this machine's OpenSSL refuses that digest");
  }
  return std::string(reinterpret_cast<const char*>(out), size);
}

auto hashed(std::string_view name, const Arguments& arguments) -> Result<Value> {
  TRY(digest, digest_bytes(algorithm(name), arguments[0].as_string()));
  return Value::string(hex(digest));
}

auto sha256(const Arguments& arguments) -> Result<Value> {
  return hashed("sha256", arguments);
}
auto sha1(const Arguments& arguments) -> Result<Value> {
  return hashed("sha1", arguments);
}
auto sha512(const Arguments& arguments) -> Result<Value> {
  return hashed("sha512", arguments);
}
auto md5(const Arguments& arguments) -> Result<Value> {
  return hashed("md5", arguments);
}

auto to_base64(const Arguments& arguments) -> Result<Value> {
  auto bytes = from_hex(arguments[0].as_string());
  if (!bytes)
    return refused("hash.base64", quoted(arguments[0].as_string()) + " is no digest in hexadecimal digits");
  return Value::string(base64(*bytes));
}

auto hmac(const Arguments& arguments) -> Result<Value> {
  auto name = arguments[2].as_string();
  const auto* method = algorithm(name);
  if (method == nullptr)
    return refused("crypto.hmac", quoted(name) + " is none of \"sha256\", \"sha1\", \"sha512\", \"md5\"");
  auto text = arguments[0].as_string();
  auto key = arguments[1].as_string();
  if (key.size() > kMaxText) return refused("crypto.hmac", "the key is larger than 16 MiB");
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  // OpenSSL takes no null pointer for an empty key.
  const void* key_bytes = key.empty() ? "" : key.data();
  if (HMAC(method, key_bytes, static_cast<int>(key.size()), bytes, text.size(), out, &size) == nullptr) {
    return fail(Code::kUnsupported, "this machine's OpenSSL refuses that digest");
  }
  return Value::string(hex({reinterpret_cast<const char*>(out), size}));
}

// RFC 4122: the well-known namespaces differ in one digit.
auto namespace_bytes(std::string_view name) -> std::optional<std::string> {
  std::string text(name);
  if (name == "dns") text = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  if (name == "url") text = "6ba7b811-9dad-11d1-80b4-00c04fd430c8";
  if (name == "oid") text = "6ba7b812-9dad-11d1-80b4-00c04fd430c8";
  if (name == "x500") text = "6ba7b814-9dad-11d1-80b4-00c04fd430c8";
  if (text.size() != 36) return std::nullopt;
  for (size_t at : {8U, 13U, 18U, 23U}) {
    if (text[at] != '-') return std::nullopt;
  }
  std::erase(text, '-');
  return text.size() == 32 ? from_hex(lower_text(text)) : std::nullopt;
}

auto uuid_v5(const Arguments& arguments) -> Result<Value> {
  auto space = namespace_bytes(arguments[0].as_string());
  if (!space) {
    return refused("uuid.v5", quoted(arguments[0].as_string()) +
                                  " is neither \"dns\", \"url\", \"oid\", \"x500\" nor a UUID");
  }
  TRY(bytes, digest_bytes(EVP_sha1(), *space + arguments[1].as_text().str()));
  bytes.resize(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x50);
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  std::string out = hex(bytes);
  for (size_t at : {8U, 13U, 18U, 23U}) out.insert(at, "-");
  return Value::string(out);
}

constexpr Function kRows[] = {
    {.name = "hash.sha256",
     .signature = "(text: string) -> string",
     .text = "The SHA-256 digest of a text's bytes, in hexadecimal digits; of files `file.sha256`.",
     .example = "hash.sha256(\"\")",
     .result = "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"",
     .run = sha256},
    {.name = "hash.sha1",
     .signature = "(text: string) -> string",
     .text = "The SHA-1 digest of a text's bytes, in hexadecimal digits. Not for anything that must not be "
             "forged.",
     .example = "hash.sha1(\"abc\")",
     .result = "\"a9993e364706816aba3e25717850c26c9cd0d89d\"",
     .run = sha1},
    {.name = "hash.sha512",
     .signature = "(text: string) -> string",
     .text = "The SHA-512 digest of a text's bytes, in hexadecimal digits.",
     .example = "string.slice(hash.sha512(\"abc\"), 0, 16)",
     .result = "\"ddaf35a193617aba\"",
     .run = sha512},
    {.name = "hash.md5",
     .signature = "(text: string) -> string",
     .text =
         "The MD5 digest of a text's bytes, in hexadecimal digits. Not for anything that must not be forged.",
     .example = "hash.md5(\"abc\")",
     .result = "\"900150983cd24fb0d6963f7d28e17f72\"",
     .run = md5},
    {.name = "hash.base64",
     .signature = "(digest: string) -> string",
     .text = "A digest in hexadecimal digits as base64.",
     .example = "hash.base64(hash.md5(\"abc\"))",
     .result = "\"kAFQmDzST7DWlj99KOF/cg==\"",
     .run = to_base64},
    {.name = "crypto.hmac",
     .signature = "(text: string, key: string, digest: string = \"sha256\") -> string",
     .text = "The keyed digest of a text, in hexadecimal digits; by sha256, sha1, sha512 or md5.",
     .example = "string.slice(crypto.hmac(\"what do ya want for nothing?\", \"Jefe\"), 0, 16)",
     .result = "\"5bdcc146bf60754e\"",
     .run = hmac},
    {.name = "uuid.v5",
     .signature = "(namespace: string, name: string) -> string",
     .text = "The UUID of a name: always the same one for the same name. The namespace is \"dns\", \"url\", "
             "\"oid\", \"x500\" or a UUID.",
     .example = "uuid.v5(\"dns\", \"www.example.com\")",
     .result = "\"2ed6657d-e927-568b-95e1-2665a8aea6a2\"",
     .run = uuid_v5},
};

}  // namespace

auto digest_rows() -> Rows {
  return kRows;
}

}  // namespace weft::functions

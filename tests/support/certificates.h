// Certificates for tests, made on the spot: an authority of its own and what it signs. Valid for a day.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace weft::test {

struct KeyPair {
  std::string certificate_pem;
  std::string key_pem;
};

class Authority {
 public:
  explicit Authority(const std::string& name = "test authority");
  ~Authority();
  Authority(const Authority&) = delete;
  auto operator=(const Authority&) -> Authority& = delete;

  [[nodiscard]] auto pem() const -> const std::string& { return pem_; }
  // `names`: host names or IP addresses of the certificate; the first is its subject.
  [[nodiscard]] auto issue(const std::vector<std::string>& names) const -> KeyPair;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
  std::string pem_;
};

}  // namespace weft::test

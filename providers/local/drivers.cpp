#include "providers/local/kind.h"
#include "providers/local/local.h"

namespace weft::local {

auto make_local_driver() -> std::unique_ptr<driver::Driver> {
  std::vector<std::unique_ptr<Kind>> kinds;
  kinds.push_back(make_data());
  kinds.push_back(make_random_id());
  kinds.push_back(make_random_pet());
  kinds.push_back(make_random_password());
  kinds.push_back(make_file());
  kinds.push_back(make_directory());
  kinds.push_back(make_archive());
  kinds.push_back(make_key());
  kinds.push_back(make_certificate());
  kinds.push_back(make_command());
  kinds.push_back(make_env());
  return make_driver("local", std::move(kinds));
}

auto make_time_driver() -> std::unique_ptr<driver::Driver> {
  std::vector<std::unique_ptr<Kind>> kinds;
  kinds.push_back(make_rotating());
  return make_driver("time", std::move(kinds));
}

}  // namespace weft::local

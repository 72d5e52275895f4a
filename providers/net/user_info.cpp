#include "providers/net/user_info.h"

#include "lang/base/digest.h"
#include "providers/net/url.h"

namespace weft::net {

void move_user_info(Request& request) {
  auto url = parse_url(request.url);
  if (!url || url->user_info.empty()) return;
  if (!request.headers.has("Authorization")) {
    request.headers.add("Authorization", "Basic " + base64(percent_decode(url->user_info)));
  }
  request.url = url->text();
}

}  // namespace weft::net

// net.*: addresses and networks of IPv4 and IPv6. Both are 128 bits here; IPv4 stands in the low 32.
#include <arpa/inet.h>

#include <array>
#include <charconv>

#include "stdlib/functions/parts.h"

namespace weft::functions {

namespace {

__extension__ using Bits = unsigned __int128;

struct Network {
  Bits address = 0;
  int prefix = 0;
  int width = 32;

  [[nodiscard]] auto free_bits() const -> int { return width - prefix; }
  // Ones where hosts are counted.
  [[nodiscard]] auto host_mask() const -> Bits {
    if (free_bits() == 0) return 0;
    return free_bits() == 128 ? ~Bits{0} : (Bits{1} << free_bits()) - 1;
  }
};

auto parse_address(std::string_view text, Network& into) -> bool {
  std::array<unsigned char, 16> bytes{};
  std::string whole(text);
  bool six = whole.find(':') != std::string::npos;
  if (inet_pton(six ? AF_INET6 : AF_INET, whole.c_str(), bytes.data()) != 1 ||
      whole.size() != std::string_view(whole.c_str()).size()) {
    return false;
  }
  into.width = six ? 128 : 32;
  into.prefix = into.width;
  into.address = 0;
  for (int i = 0; i < into.width / 8; ++i) into.address = into.address << 8 | bytes[static_cast<size_t>(i)];
  return true;
}

auto address_text(Bits address, int width) -> std::string {
  std::array<unsigned char, 16> bytes{};
  for (int i = width / 8; i-- > 0; address >>= 8)
    bytes[static_cast<size_t>(i)] = static_cast<unsigned char>(address & 0xFF);
  std::array<char, INET6_ADDRSTRLEN> out{};
  inet_ntop(width == 128 ? AF_INET6 : AF_INET, bytes.data(), out.data(), out.size());
  return out.data();
}

auto network_text(const Network& network) -> std::string {
  return address_text(network.address, network.width) + "/" + std::to_string(network.prefix);
}

auto parse_network(std::string_view function, std::string_view text) -> Result<Network> {
  auto slash = text.find('/');
  Network network;
  auto refuse = [&] {
    return refused(function, quoted(text) + " is no network such as 10.0.0.0/16 or fd00::/48");
  };
  if (slash == std::string_view::npos || !parse_address(text.substr(0, slash), network)) return refuse();
  auto digits = text.substr(slash + 1);
  bool zero = digits.size() > 1 && digits.front() == '0';
  auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), network.prefix);
  bool read = error == std::errc() && stop == digits.data() + digits.size() && !zero;
  if (!read || network.prefix < 0 || network.prefix > network.width) return refuse();
  network.address &= ~network.host_mask();
  return network;
}

auto parse_either(std::string_view function, std::string_view text) -> Result<Network> {
  if (text.find('/') != std::string_view::npos) return parse_network(function, text);
  Network network;
  if (!parse_address(text, network)) return refused(function, quoted(text) + " is no address");
  return network;
}

auto deeper(std::string_view function, const Network& network, int64_t bits) -> Result<int> {
  if (bits < 0 || bits > network.free_bits()) {
    return refused(function, std::to_string(bits) + " more bits do not fit in " + network_text(network) +
                                 ", which has " + std::to_string(network.free_bits()) + " left");
  }
  return network.prefix + static_cast<int>(bits);
}

auto subnet(const Arguments& arguments) -> Result<Value> {
  TRY(network, parse_network("net.subnet", arguments[0].as_string()));
  TRY(prefix, deeper("net.subnet", network, arguments[1].as_int()));
  int64_t number = arguments[2].as_int();
  int bits = prefix - network.prefix;
  bool fits = number >= 0 && (bits >= 63 || number < (int64_t{1} << bits));
  if (!fits) {
    return refused("net.subnet", "there is no network number " + std::to_string(number) + "; with " +
                                     std::to_string(bits) + " bits they go from 0 to " +
                                     std::to_string((int64_t{1} << std::min(bits, 62)) - 1));
  }
  network.prefix = prefix;
  // A shift by the whole width is none; there the number is 0.
  if (network.free_bits() < 128) network.address |= static_cast<Bits>(number) << network.free_bits();
  return Value::string(network_text(network));
}

auto subnets(const Arguments& arguments) -> Result<Value> {
  TRY(network, parse_network("net.subnets", arguments[0].as_string()));
  std::vector<Value> all;
  Bits next = network.address;
  bool full = false;
  for (const auto& bits : arguments[1].elements()) {
    TRY(prefix, deeper("net.subnets", network, bits.as_int()));
    Network part{.address = next, .prefix = prefix, .width = network.width};
    // A larger network starts at a multiple of its size.
    if ((part.address & part.host_mask()) != 0) {
      part.address |= part.host_mask();
      part.address += 1;
    }
    bool outside = full || (part.address & ~network.host_mask()) != network.address ||
                   (all.size() > 0 && part.address < next);
    if (outside) return refused("net.subnets", "they do not all fit in " + network_text(network));
    all.push_back(Value::string(network_text(part)));
    Bits last = part.address | part.host_mask();
    full = last == (network.address | network.host_mask());
    next = full ? last : last + 1;
  }
  return Value::list(std::move(all));
}

auto host(const Arguments& arguments) -> Result<Value> {
  TRY(network, parse_network("net.host", arguments[0].as_string()));
  int64_t number = arguments[1].as_int();
  // Negative numbers count from the end: -1 is the last address.
  Bits offset = number >= 0 ? static_cast<Bits>(number) : static_cast<Bits>(-(number + 1));
  if (offset > network.host_mask()) {
    return refused("net.host", network_text(network) + " has no host number " + std::to_string(number));
  }
  Bits within = number >= 0 ? offset : network.host_mask() - offset;
  return Value::string(address_text(network.address | within, network.width));
}

auto netmask(const Arguments& arguments) -> Result<Value> {
  TRY(network, parse_network("net.netmask", arguments[0].as_string()));
  return Value::string(address_text(~network.host_mask(), network.width));
}

auto contains(const Arguments& arguments) -> Result<Value> {
  TRY(network, parse_network("net.contains", arguments[0].as_string()));
  TRY(inner, parse_either("net.contains", arguments[1].as_string()));
  bool inside = inner.width == network.width && inner.prefix >= network.prefix &&
                (inner.address & ~network.host_mask()) == network.address;
  return Value::boolean(inside);
}

auto family(const Arguments& arguments) -> Result<Value> {
  TRY(network, parse_either("net.family", arguments[0].as_string()));
  return Value::integer(network.width == 128 ? 6 : 4);
}

auto normalize(const Arguments& arguments) -> Result<Value> {
  TRY(network, parse_either("net.normalize", arguments[0].as_string()));
  bool address = arguments[0].as_string().find('/') == std::string_view::npos;
  return Value::string(address ? address_text(network.address, network.width) : network_text(network));
}

auto range(const Arguments& arguments) -> Result<Value> {
  TRY(network, parse_network("net.range", arguments[0].as_string()));
  return Value::object(
      {{"first", Value::string(address_text(network.address, network.width))},
       {"last", Value::string(address_text(network.address | network.host_mask(), network.width))}});
}

constexpr Function kRows[] = {
    {.name = "net.subnet",
     .signature = "(network: string, bits: int, number: int) -> string",
     .text = "The network of that number among those with so many more bits: with 4 more bits a /16 holds "
             "sixteen /20.",
     .example = "net.subnet(\"10.30.0.0/16\", 4, 2)",
     .result = "\"10.30.32.0/20\"",
     .run = subnet},
    {.name = "net.subnets",
     .signature = "(network: string, bits: list<int>) -> list<string>",
     .text = "Networks of different sizes, one behind the other, each with so many more bits than the whole.",
     .example = "net.subnets(\"10.0.0.0/16\", [4, 4, 8])",
     .result = "[\"10.0.0.0/20\", \"10.0.16.0/20\", \"10.0.32.0/24\"]",
     .run = subnets},
    {.name = "net.host",
     .signature = "(network: string, number: int) -> string",
     .text = "The address of that number in a network; negative numbers count from its end.",
     .example = "net.host(\"10.30.32.0/20\", 5)",
     .result = "\"10.30.32.5\"",
     .run = host},
    {.name = "net.netmask",
     .signature = "(network: string) -> string",
     .text = "The mask of a network.",
     .example = "net.netmask(\"10.30.0.0/20\")",
     .result = "\"255.255.240.0\"",
     .run = netmask},
    {.name = "net.contains",
     .signature = "(network: string, inner: string) -> bool",
     .text = "Whether an address or a network lies in the network.",
     .example = "net.contains(\"10.0.0.0/8\", \"10.30.0.0/16\")",
     .result = "true",
     .run = contains},
    {.name = "net.family",
     .signature = "(of: string) -> int",
     .text = "4 or 6: which kind of address or network it is.",
     .example = "net.family(\"fd00::/48\")",
     .result = "6",
     .run = family},
    {.name = "net.normalize",
     .signature = "(of: string) -> string",
     .text = "An address or network as it is usually written; a network without host bits.",
     .example = "net.normalize(\"FD00:0:0::1/48\")",
     .result = "\"fd00::/48\"",
     .run = normalize},
    {.name = "net.range",
     .signature = "(network: string) -> { first: string, last: string }",
     .text = "The first and the last address of a network.",
     .example = "net.range(\"10.0.0.0/30\")",
     .result = "{ first = \"10.0.0.0\", last = \"10.0.0.3\" }",
     .run = range},
};

}  // namespace

auto net_rows() -> Rows {
  return kRows;
}

}  // namespace weft::functions

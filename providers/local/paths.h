// What `prepare` says of the attributes that File, Directory and Archive share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "providers/local/kind.h"

namespace weft::local {

// Not empty, no null byte, not too long; nothing is said of one that is absent or unknown.
void check_path(Prepared& out, std::string_view attribute);
// The same, and it is no name of a folder.
void check_file_path(Prepared& out, std::string_view attribute);
// Octal digits; "644" becomes "0644".
void check_mode(Prepared& out);

// The one text of all ways to write a path: absolute, without `.`, `..`, `//` and a `/` at its end. Links are not looked at.
[[nodiscard]] auto path_key(std::string_view folder, std::string_view path) -> std::string;
// Of what is named by the path in its identity: inside each folder above it.
[[nodiscard]] auto path_standing(std::string_view folder, const driver::Identity& identity) -> driver::Standing;
// The same of a file, in which nothing can stand.
[[nodiscard]] auto file_standing(std::string_view folder, const driver::Identity& identity) -> driver::Standing;

// Folders that were made along with a file and could not be marked (disk.h), as a record keeps them: written like `path`,
// so that they are found when the fabric's folder has moved.
[[nodiscard]] auto kept_made(const Call& call, const std::vector<std::string>& made) -> Value;
// As the object's record has them by now; null: none.
[[nodiscard]] auto made_before(const driver::Step& step) -> Value;
[[nodiscard]] auto recorded_made(const Call& call, const Value& driver_data) -> std::vector<std::string>;

}  // namespace weft::local

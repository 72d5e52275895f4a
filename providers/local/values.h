// Small helpers on values, schema rows and failures for the types of this room.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/api/driver.h"

namespace weft::local {

// ---- members of an object value

// The member, or a null pointer when it is absent or null.
[[nodiscard]] auto written(const Value& object, std::string_view name) -> const Value*;
// Written and known to the last leaf.
[[nodiscard]] auto known(const Value& object, std::string_view name) -> const Value*;
// The text of a string member; empty when it is no known string.
[[nodiscard]] auto text_of(const Value& object, std::string_view name) -> std::string;
[[nodiscard]] auto int_of(const Value& object, std::string_view name, int64_t otherwise) -> int64_t;
[[nodiscard]] auto bool_of(const Value& object, std::string_view name) -> bool;
// Whether a record's member was a secret: marked, or only its digest is left ({"$digest": …}).
[[nodiscard]] auto was_secret(const Value& object, std::string_view name) -> bool;
// Whether somewhere inside only a digest is left of what was sent.
[[nodiscard]] auto has_digest(const Value& value) -> bool;
// `base` (an object or null) with these members, later ones winning.
[[nodiscard]] auto merged(const Value& base, std::vector<Field> fields) -> Value;
// Without these members.
[[nodiscard]] auto omitting(const Value& object, std::initializer_list<std::string_view> names) -> Value;

// ---- rows of a schema; types as the language writes them

[[nodiscard]] auto required(std::string name, std::string_view type, std::string documentation) -> driver::Attribute;
[[nodiscard]] auto optional(std::string name, std::string_view type, std::string documentation) -> driver::Attribute;
[[nodiscard]] auto computed(std::string name, std::string_view type, std::string documentation) -> driver::Attribute;
// A change, or its disappearing, replaces.
[[nodiscard]] auto replacing(driver::Attribute attribute) -> driver::Attribute;
[[nodiscard]] auto with_default(driver::Attribute attribute, Value value) -> driver::Attribute;
// A computed value that is unknown in a plan that changes one of these; none: any of them.
[[nodiscard]] auto following(driver::Attribute attribute, std::vector<std::string> follows) -> driver::Attribute;
[[nodiscard]] auto secret(driver::Attribute attribute, driver::Secrecy secrecy = driver::Secrecy::kSecret)
    -> driver::Attribute;
// Stands in the clear wherever it is used: a secret is refused.
[[nodiscard]] auto plain(driver::Attribute attribute) -> driver::Attribute;
[[nodiscard]] auto formatted(driver::Attribute attribute, std::string format) -> driver::Attribute;
// `keepers`, the same for every recorded type.
[[nodiscard]] auto keepers_row() -> driver::Attribute;
// A type whose value lives in the state alone.
[[nodiscard]] auto recorded_schema(std::string name, std::string documentation) -> driver::TypeSchema;

// ---- failures

// Happened: no.
[[nodiscard]] auto refused(driver::FailureClass failure, std::string text, std::string hint = {})
    -> driver::DriverFailure;
// The same with the attribute that it speaks of.
[[nodiscard]] auto invalid(std::string_view attribute, std::string text, std::string hint = {})
    -> driver::DriverFailure;
// A Failure of the cellar as the contract's, nothing having happened.
[[nodiscard]] auto failed(const Failure& failure, std::string_view operation) -> driver::DriverFailure;
// The same of putting a file in its place: a disk that fails after the rename leaves it open whether the file is there.
[[nodiscard]] auto unplaced(const Failure& failure, std::string_view operation) -> driver::DriverFailure;
// A file whose mode keeps us from seeing whether it is still as planned: denied.
[[nodiscard]] auto unseen(const std::string& path, std::string_view what) -> driver::DriverFailure;
// The `path` that a step is about: as it was to be, or as recorded when that is to go or is not known any more. Empty:
// nobody knows.
[[nodiscard]] auto path_of(const driver::Step& step) -> std::string;

// ---- what was there before its create

// Keeps in the record that it was: removal leaves it where it is.
[[nodiscard]] auto as_found(driver::Changed changed, std::string_view path) -> driver::Changed;
[[nodiscard]] auto was_found(const driver::Step& step) -> bool;
// The same of a file after an update, which leaves it found while it holds what the record says that it held.
[[nodiscard]] auto still_found(const driver::Step& step, std::string_view sha256) -> bool;

// ---- text

// A version 4 UUID.
[[nodiscard]] auto random_uuid() -> std::string;
// Every text of eight bytes or more inside `value` that is secret (strings, ints, numbers, durations, sizes), and every such
// word in them, as they are and as JSON writes them, for taking them out of texts.
[[nodiscard]] auto secret_texts(const Value& value) -> std::vector<std::string>;
[[nodiscard]] auto redacted(std::string text, const std::vector<std::string>& secrets) -> std::string;
// Keys bear no mark: one that holds a secret would stand in the clear.
[[nodiscard]] auto has_secret_key(const Value& value, const std::vector<std::string>& secrets) -> bool;
// `value` with the mark on each string and number that holds one of `secrets`.
[[nodiscard]] auto marked(const Value& value, const std::vector<std::string>& secrets) -> Value;

}  // namespace weft::local

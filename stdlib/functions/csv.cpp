// csv.decode: RFC 4180, with the first line naming the columns.
#include "lang/base/text.h"
#include "stdlib/functions/parts.h"

namespace weft::functions {

namespace {

class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  }

  [[nodiscard]] auto at_end() const -> bool { return pos_ >= text_.size(); }
  [[nodiscard]] auto line() const -> size_t { return line_; }

  auto row() -> Result<std::vector<std::string>> {
    std::vector<std::string> cells;
    ++line_;
    do {
      TRY(cell, this->cell());
      cells.push_back(std::move(cell));
    } while (take(','));
    if (at_end()) return cells;
    take('\r');
    if (!at_end() && !take('\n')) return wrong("a quote ends before the cell does");
    return cells;
  }

  auto wrong(std::string_view what) const -> std::unexpected<Failure> {
    return refused("csv.decode", "row " + std::to_string(line_) + ": " + std::string(what));
  }

 private:
  auto take(char c) -> bool {
    if (at_end() || text_[pos_] != c) return false;
    ++pos_;
    return true;
  }

  auto cell() -> Result<std::string> {
    std::string out;
    if (!take('"')) {
      size_t end = std::min(text_.find_first_of(",\n", pos_), text_.size());
      out = text_.substr(pos_, end - pos_);
      pos_ = end;
      // The carriage return of a line's end belongs to the line.
      bool line_end = out.ends_with('\r') && (at_end() || text_[pos_] == '\n');
      if (line_end) out.pop_back();
      if (out.find('"') != std::string::npos)
        return wrong("a quote inside a cell that does not start with one");
      return out;
    }
    for (;;) {
      size_t end = text_.find('"', pos_);
      if (end == std::string_view::npos) return wrong("a quote is not closed");
      out += text_.substr(pos_, end - pos_);
      pos_ = end + 1;
      if (!take('"')) return out;
      out += '"';
    }
  }

  std::string_view text_;
  size_t pos_ = 0;
  size_t line_ = 0;
};

auto decode(const Arguments& arguments) -> Result<Value> {
  CsvReader reader(arguments[0].as_string());
  if (reader.at_end()) return Value::list({});
  TRY(names, reader.row());
  for (size_t i = 0; i < names.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (names[i] == names[j]) return reader.wrong("the column " + quoted(names[i]) + " is there twice");
    }
  }
  std::vector<Text> columns(names.begin(), names.end());
  std::vector<Value> rows;
  size_t cells = 0;
  while (!reader.at_end()) {
    TRY(row, reader.row());
    if (row.size() != columns.size()) {
      return reader.wrong("it has " + counted(row.size(), "cell") + "; there are " +
                          counted(columns.size(), "column"));
    }
    cells += row.size();
    if (cells > kMaxElements) return reader.wrong("more than 1,000,000 cells");
    std::vector<Field> fields;
    for (size_t i = 0; i < row.size(); ++i) fields.push_back({columns[i], Value::string(row[i])});
    rows.push_back(Value::object(std::move(fields)));
  }
  return Value::list(std::move(rows));
}

constexpr Function kRows[] = {
    {.name = "csv.decode",
     .signature = "(text: string) -> list<map<string>>",
     .text = "The rows of a comma-separated table, each a map by the names in its first line.",
     .example = "csv.decode(\"name,port\\nweb,80\\n\")",
     .result = "[{ name = \"web\", port = \"80\" }]",
     .run = decode},
};

}  // namespace

auto csv_rows() -> Rows {
  return kRows;
}

}  // namespace weft::functions

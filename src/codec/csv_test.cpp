#include "codec/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

#include "base/limits.h"

namespace homeroom::codec::csv {
namespace {

using testing::ElementsAre;
using Rows = std::vector<std::vector<std::string>>;

struct Read {
    Rows rows{};
    std::optional<Problem> problem{};
};

Read read(std::string_view text) {
    Reader reader{text};
    Read result;
    while (reader.next()) result.rows.emplace_back(reader.fields().begin(), reader.fields().end());
    result.problem = reader.problem();
    EXPECT_FALSE(reader.next()) << "an end is an end";
    return result;
}

Rows rows_of(std::string_view text) {
    auto result = read(text);
    EXPECT_FALSE(result.problem) << text;
    return result.rows;
}

// What stops the reading of `text`, where.
void expect_problem(std::string_view text, Fault fault, std::uint32_t row, std::uint32_t column) {
    const auto problem = read(text).problem;
    ASSERT_TRUE(problem) << text;
    EXPECT_EQ(to_string(problem->fault), to_string(fault)) << text;
    EXPECT_EQ(problem->row, row) << text;
    EXPECT_EQ(problem->column, column) << text;
}

TEST(Csv, SplitsRowsAndFields) {
    EXPECT_THAT(rows_of("a,b\r\nc,d\r\n"),
                ElementsAre(ElementsAre("a", "b"), ElementsAre("c", "d")));
}

TEST(Csv, TakesEveryWayToEndALine) {
    const Rows rows{{"a", "b"}, {"c", "d"}};
    EXPECT_EQ(rows_of("a,b\nc,d\n"), rows);
    EXPECT_EQ(rows_of("a,b\r\nc,d"), rows);
    EXPECT_EQ(rows_of("a,b\nc,d\r\n"), rows);
}

TEST(Csv, HasNoRowsInNoText) {
    EXPECT_TRUE(rows_of("").empty());
    EXPECT_TRUE(rows_of("\xEF\xBB\xBF").empty());
}

TEST(Csv, SkipsAByteOrderMark) {
    EXPECT_EQ(rows_of("\xEF\xBB\xBF"
                      "a,b"),
              (Rows{{"a", "b"}}));
    EXPECT_EQ(rows_of("\xEF\xBB\xBF"
                      "\"a\",b"),
              (Rows{{"a", "b"}}));
}

TEST(Csv, KeepsEmptyFieldsAndBlanks) {
    EXPECT_EQ(rows_of(",,\n a ,\"\",\n"), (Rows{{"", "", ""}, {" a ", "", ""}}));
}

TEST(Csv, ShowsAnEmptyLineAsARow) {
    EXPECT_EQ(rows_of("a\n\nb\n"), (Rows{{"a"}, {""}, {"b"}}));
}

TEST(Csv, TakesQuotesOff) {
    EXPECT_EQ(rows_of(R"("a, b","say ""hi""","""","""""")"),
              (Rows{{"a, b", "say \"hi\"", "\"", "\"\""}}));
}

TEST(Csv, CountsARowWithALineBreakInAFieldAsOne) {
    Reader reader{"h\r\n\"one\r\ntwo\"\r\nlast\r\n"};
    ASSERT_TRUE(reader.next() && reader.next());
    EXPECT_EQ(reader.fields()[0], "one\r\ntwo");
    ASSERT_TRUE(reader.next());
    EXPECT_EQ(reader.row(), 3U);
}

TEST(Csv, NamesWhereItWentWrong) {
    expect_problem("a,b\nc,\"d\n", Fault::unterminated_quote, 2, 2);
    expect_problem("a,b\nc,\"d\"\"\n", Fault::unterminated_quote, 2, 2);
    expect_problem("a,b\n\"c\" ,d\n", Fault::text_after_quote, 2, 1);
    expect_problem("a,b\n\"c\"x,d\n", Fault::text_after_quote, 2, 1);
    expect_problem("a,b\nc,d\"e\n", Fault::bare_quote, 2, 2);
    expect_problem("a,b\rc,d\r", Fault::bare_carriage_return, 1, 2);
    expect_problem("a,b\nc,d\r", Fault::bare_carriage_return, 2, 2);
    expect_problem(std::string_view("a\nb,c\0d", 7), Fault::nul, 2, 2);
    expect_problem(std::string_view("a\n\"b\0\"", 6), Fault::nul, 2, 1);
    expect_problem("a,b\nc,\xFF\n", Fault::invalid_utf8, 2, 2);
    expect_problem("a,b\nc,\"\xC3\"\n", Fault::invalid_utf8, 2, 2);
}

TEST(Csv, RefusesSequencesThatAreNoCharacters) {
    for (const std::string_view bytes :
         {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80"}) {
        expect_problem(bytes, Fault::invalid_utf8, 1, 1);
    }
    EXPECT_EQ(rows_of("\xE2\x82\xAC,\xF0\x9F\x98\x80"),
              (Rows{{"\xE2\x82\xAC", "\xF0\x9F\x98\x80"}}));
}

TEST(Csv, GivesTheRowsBeforeAProblem) {
    const auto result = read("a\nb\n\"c");
    EXPECT_EQ(result.rows, (Rows{{"a"}, {"b"}}));
    EXPECT_TRUE(result.problem);
}

TEST(Csv, LimitsFieldsWhateverTheirForm) {
    const std::string most(limits::csv_field_bytes_max, 'x');
    EXPECT_EQ(rows_of(most)[0][0], most);
    EXPECT_EQ(rows_of('"' + most + '"')[0][0], most);
    EXPECT_EQ(rows_of("\"\"\"" + most.substr(1) + '"')[0][0], '"' + most.substr(1));
    expect_problem("a," + most + "x", Fault::field_too_long, 1, 2);
    expect_problem("a,\"" + most + "x\"", Fault::field_too_long, 1, 2);
    expect_problem("a,\"\"\"" + most + "\"", Fault::field_too_long, 1, 2);
    expect_problem("a,\"" + most + "\"\"\"", Fault::field_too_long, 1, 2);
}

TEST(Csv, LimitsColumns) {
    const std::string most(limits::csv_columns_max - 1, ',');
    EXPECT_EQ(rows_of(most)[0].size(), limits::csv_columns_max);
    expect_problem("h\n" + most + ",", Fault::too_many_columns, 2,
                   static_cast<std::uint32_t>(limits::csv_columns_max + 1));
}

TEST(Csv, LimitsRows) {
    const std::string text(limits::csv_rows_max + 1, '\n');
    Reader reader{text};
    while (reader.next()) continue;
    EXPECT_EQ(reader.problem(), (Problem{Fault::too_many_rows, limits::csv_rows_max + 1, 1}));
}

TEST(Csv, QuotesOnlyWhereItMust) {
    std::string text;
    const std::vector<std::string_view> fields{"a", "b c", "d,e", "f\"g", "h\ni", ""};
    write_row(text, fields);
    EXPECT_EQ(text, "a,b c,\"d,e\",\"f\"\"g\",\"h\ni\",\r\n");
}

RC_GTEST_PROP(Csv, ReadsWhatItWrote, ()) {
    const auto piece = rc::gen::element<std::string>("a", "\"", ",", "\r", "\n", "\r\n", " ",
                                                     "\xEF\xBB\xBF", "ö", "\"\"");
    const auto field =
        rc::gen::map(rc::gen::container<std::vector<std::string>>(piece), [](const auto& pieces) {
            std::string text;
            for (const auto& one : pieces) text += one;
            return text;
        });
    const auto row = rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(field));
    const auto rows = *rc::gen::container<Rows>(row);
    std::string text;
    for (const auto& one : rows)
        write_row(text, std::vector<std::string_view>(one.begin(), one.end()));
    const auto result = read(text);
    RC_ASSERT(!result.problem.has_value());
    RC_ASSERT(result.rows == rows);
}

}  // namespace
}  // namespace homeroom::codec::csv

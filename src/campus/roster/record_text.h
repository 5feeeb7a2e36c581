// A record as one text and back: for what an import has replaced, and to see whether a record is
// still the one that it left.
//
// text := JSON array of the fields in the order of records.h, the id first. New fields go to the
// end, so that older texts stay readable. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "campus/roster/records.h"

namespace homeroom::campus {

std::string record_text(const Org& one);
std::string record_text(const AcademicSession& one);
std::string record_text(const Course& one);
std::string record_text(const Class& one);
std::string record_text(const User& one);
std::string record_text(const Affiliation& one);
std::string record_text(const Enrollment& one);

// False, and the record is of no use, when the text is none of its kind.
bool read_record(std::string_view text, Org& to);
bool read_record(std::string_view text, AcademicSession& to);
bool read_record(std::string_view text, Course& to);
bool read_record(std::string_view text, Class& to);
bool read_record(std::string_view text, User& to);
bool read_record(std::string_view text, Affiliation& to);
bool read_record(std::string_view text, Enrollment& to);

// 16 characters; of no text at all (a record that is not there) none.
std::string text_digest(std::string_view text);

}  // namespace homeroom::campus

#include "campus/roster/record_text.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "base/hash.h"
#include "base/hex.h"

namespace homeroom::campus {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t digest_bytes = 8;

Json date(const std::optional<Date>& day) {
    return day ? Json(homeroom::to_string(*day)) : Json(nullptr);
}

// The texts were UTF-8 when they were read; what a file of an earlier version has may not be.
std::string dump(const Json& fields) {
    return fields.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Takes the fields of a text one after the other; whatever is missing or of another kind spoils it.
class Fields {
public:
    explicit Fields(std::string_view text) : fields_(Json::parse(text, nullptr, false)) {
        good_ = fields_.is_array();
    }
    bool good() const { return good_; }

    Fields& take(std::string& to) {
        if (const Json* field = next(); field != nullptr && field->is_string()) {
            to = field->get<std::string>();
            return *this;
        }
        return spoil();
    }
    Fields& take(bool& to) {
        if (const Json* field = next(); field != nullptr && field->is_boolean()) {
            to = field->get<bool>();
            return *this;
        }
        return spoil();
    }
    Fields& take(Role& to) {
        std::string word;
        take(word);
        to = role_from_text(word);
        return *this;
    }
    Fields& take(std::optional<Date>& to) {
        const Json* field = next();
        if (field == nullptr) return spoil();
        if (field->is_null()) {
            to.reset();
            return *this;
        }
        if (!field->is_string()) return spoil();
        to = parse_date(field->get_ref<const std::string&>());
        return to ? *this : spoil();
    }
    Fields& take(Date& to) {
        std::optional<Date> day;
        take(day);
        if (!day) return spoil();
        to = *day;
        return *this;
    }
    Fields& take(std::vector<std::string>& to) {
        const Json* field = next();
        if (field == nullptr || !field->is_array()) return spoil();
        to.clear();
        for (const Json& one : *field) {
            if (!one.is_string()) return spoil();
            to.push_back(one.get<std::string>());
        }
        return *this;
    }

private:
    const Json* next() {
        if (!good_ || at_ >= fields_.size()) return nullptr;
        return &fields_[at_++];
    }
    Fields& spoil() {
        good_ = false;
        return *this;
    }

    Json fields_;
    std::size_t at_ = 0;
    bool good_ = true;
};

}  // namespace

std::string record_text(const Org& one) {
    return dump(Json::array({one.id, one.name, one.type, one.parent}));
}
std::string record_text(const AcademicSession& one) {
    return dump(Json::array({one.id, one.title, one.type, homeroom::to_string(one.start),
                             homeroom::to_string(one.end), one.parent}));
}
std::string record_text(const Course& one) {
    return dump(Json::array({one.id, one.title, one.code, one.org}));
}
std::string record_text(const Class& one) {
    return dump(Json::array({one.id, one.title, one.code, one.course, one.school, one.terms}));
}
std::string record_text(const User& one) {
    return dump(Json::array({one.id, one.username, one.given_name, one.family_name, one.email,
                             one.enabled, one.agents, one.hidden}));
}
std::string record_text(const Affiliation& one) {
    return dump(Json::array({one.id, one.user, one.org, to_string(one.role), one.primary,
                             date(one.begin), date(one.end)}));
}
std::string record_text(const Enrollment& one) {
    return dump(Json::array({one.id, one.user, one.class_id, one.school, to_string(one.role),
                             one.primary, date(one.begin), date(one.end)}));
}

bool read_record(std::string_view text, Org& to) {
    return Fields{text}.take(to.id).take(to.name).take(to.type).take(to.parent).good();
}
bool read_record(std::string_view text, AcademicSession& to) {
    return Fields{text}
        .take(to.id)
        .take(to.title)
        .take(to.type)
        .take(to.start)
        .take(to.end)
        .take(to.parent)
        .good();
}
bool read_record(std::string_view text, Course& to) {
    return Fields{text}.take(to.id).take(to.title).take(to.code).take(to.org).good();
}
bool read_record(std::string_view text, Class& to) {
    return Fields{text}
        .take(to.id)
        .take(to.title)
        .take(to.code)
        .take(to.course)
        .take(to.school)
        .take(to.terms)
        .good();
}
bool read_record(std::string_view text, User& to) {
    return Fields{text}
        .take(to.id)
        .take(to.username)
        .take(to.given_name)
        .take(to.family_name)
        .take(to.email)
        .take(to.enabled)
        .take(to.agents)
        .take(to.hidden)
        .good();
}
bool read_record(std::string_view text, Affiliation& to) {
    return Fields{text}
        .take(to.id)
        .take(to.user)
        .take(to.org)
        .take(to.role)
        .take(to.primary)
        .take(to.begin)
        .take(to.end)
        .good();
}
bool read_record(std::string_view text, Enrollment& to) {
    return Fields{text}
        .take(to.id)
        .take(to.user)
        .take(to.class_id)
        .take(to.school)
        .take(to.role)
        .take(to.primary)
        .take(to.begin)
        .take(to.end)
        .good();
}

std::string text_digest(std::string_view text) {
    return text.empty() ? std::string{} : to_hex(sha256(text).substr(0, digest_bytes));
}

}  // namespace homeroom::campus

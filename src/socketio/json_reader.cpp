#include "socketio/json_reader.h"

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace homeroom::socketio {
namespace {

// Of a key that comes twice the first place and the last value count, as in JavaScript.
void merge_twins(Json::object_t& object) {
    boost::unordered_flat_map<std::string_view, std::size_t> places;
    places.reserve(object.size());
    Json::object_t merged;
    for (std::size_t i = 0; i < object.size(); ++i) {
        auto& [key, value] = *(object.begin() + static_cast<std::ptrdiff_t>(i));
        const auto [place, is_first] = places.emplace(key, places.size());
        if (!is_first) {
            (merged.begin() + static_cast<std::ptrdiff_t>(place->second))->second =
                std::move(value);
        } else {
            merged.emplace_back(key, std::move(value));
        }
    }
    object = std::move(merged);
}

bool has_twins(const Json::object_t& object) {
    boost::unordered_flat_map<std::string_view, std::size_t> keys;
    keys.reserve(object.size());
    for (const auto& [key, value] : object) {
        if (++keys[key] > 1) return true;
    }
    return false;
}

class Reader final : public nlohmann::json_sax<Json> {
public:
    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool number_float(number_float_t value, const string_t&) override { return add(value); }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t& value) override { return add(std::move(value)); }

    bool start_object(std::size_t) override { return open(Json::object()); }
    bool key(string_t& key) override {
        open_.back().key = std::move(key);
        return true;
    }
    bool end_object() override {
        auto& object = open_.back().value.get_ref<Json::object_t&>();
        if (object.size() > 1 && has_twins(object)) merge_twins(object);
        return close();
    }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
        return false;
    }

    Json take() { return std::move(result_); }

private:
    struct Open {
        Json value;
        std::string key{};  // of the member that comes next
    };

    bool open(Json value) {
        open_.push_back({std::move(value)});
        return true;
    }
    bool close() {
        Json value = std::move(open_.back().value);
        open_.pop_back();
        return add(std::move(value));
    }
    bool add(Json value) {
        if (open_.empty()) {
            result_ = std::move(value);
        } else if (Open& parent = open_.back(); parent.value.is_array()) {
            parent.value.push_back(std::move(value));
        } else {
            parent.value.get_ref<Json::object_t&>().emplace_back(std::move(parent.key),
                                                                 std::move(value));
        }
        return true;
    }

    std::vector<Open> open_{};
    Json result_ = nullptr;
};

}  // namespace

std::optional<Json> read_json(std::string_view text) {
    Reader reader;
    if (!Json::sax_parse(text, &reader)) return std::nullopt;
    return reader.take();
}

}  // namespace homeroom::socketio

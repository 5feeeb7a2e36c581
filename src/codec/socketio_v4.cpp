#include "codec/socketio_v4.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "base/limits.h"
#include "codec/form.h"
#include "codec/json_scan.h"
#include "codec/utf8.h"

namespace homeroom::codec::socketio {
namespace {

std::string begin(char type, std::string_view nsp) {
    std::string text{type};
    if (nsp != "/") text.append(nsp).append(1, ',');
    return text;
}

// Node writes `err.data || err.message`.
bool is_truthy(std::string_view json) {
    constexpr std::string_view falsy[] = {"", "null", "false", "0", "\"\""};
    return std::ranges::find(falsy, json) == std::end(falsy);
}

}  // namespace

NamespaceQuery split_query(std::string_view nsp) {
    const auto mark = nsp.find('?');
    if (mark == std::string_view::npos) return {nsp, {}};
    return {nsp.substr(0, mark), nsp.substr(mark + 1)};
}

std::string query_to_json(std::string_view query) {
    std::vector<form::Field> fields;
    std::unordered_map<std::string, std::size_t> places;  // by name, in `fields`
    form::Reader reader{query};
    while (auto field = reader.next()) {
        if (fields.size() == limits::query_parameters_max) break;
        field->name = utf8::repaired(field->name);
        const auto [place, is_new] = places.try_emplace(field->name, fields.size());
        if (is_new) {
            fields.push_back(std::move(*field));
        } else {
            fields[place->second].value = std::move(field->value);
        }
    }
    std::string object{"{"};
    for (const auto& [name, value] : fields) {
        if (object.size() > 1) object += ',';
        object.append(json::quote(name)).append(1, ':').append(json::quote(utf8::repaired(value)));
    }
    return object += '}';
}

std::string encode_connect_v4(std::string_view nsp) {
    return begin('0', nsp);
}

std::string encode_connect_error_v4(std::string_view nsp, std::string_view message,
                                    std::string_view data_json) {
    std::string text = begin('4', nsp);
    return is_truthy(data_json) ? text.append(data_json) : text.append(json::quote(message));
}

}  // namespace homeroom::codec::socketio

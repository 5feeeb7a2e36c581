// https://www.sqlite.org/fts5.html#custom_tokenizers: the tokenizer is asked for by way of a
// connection, here one to no file. It has a buffer of its own, so there is one a thread.
#include "store/sqlite/words.h"

#include <array>
#include <cstddef>
#include <memory>
#include <sqlite3.h>

namespace homeroom::store {
namespace {

class Tokenizer {
public:
    Tokenizer() {
        if (sqlite3_open_v2(":memory:", &connection_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY,
                            nullptr) != SQLITE_OK) {
            return;
        }
        void* context = nullptr;
        fts5_api* const api = find_api();
        if (api == nullptr ||
            api->xFindTokenizer(api, "unicode61", &context, &functions_) != SQLITE_OK) {
            return;
        }
        std::array<const char*, 2> options{"remove_diacritics", "2"};
        if (functions_.xCreate(context, options.data(), static_cast<int>(options.size()),
                               &tokenizer_) != SQLITE_OK) {
            tokenizer_ = nullptr;
        }
    }
    ~Tokenizer() {
        if (tokenizer_ != nullptr) functions_.xDelete(tokenizer_);
        sqlite3_close_v2(connection_);
    }
    Tokenizer(const Tokenizer&) = delete;
    Tokenizer& operator=(const Tokenizer&) = delete;

    Result<std::vector<std::string>> words_of(std::string_view text) {
        std::vector<std::string> words;
        const auto add = [](void* to, int, const char* word, int length, int, int) {
            static_cast<std::vector<std::string>*>(to)->emplace_back(
                word, static_cast<std::size_t>(length));
            return SQLITE_OK;
        };
        if (tokenizer_ == nullptr ||
            functions_.xTokenize(tokenizer_, &words, FTS5_TOKENIZE_DOCUMENT, text.data(),
                                 static_cast<int>(text.size()), add) != SQLITE_OK) {
            return Error{Code::internal, "a text could not be cut into words"};
        }
        return words;
    }

private:
    fts5_api* find_api() {
        fts5_api* api = nullptr;
        sqlite3_stmt* select = nullptr;
        if (sqlite3_prepare_v2(connection_, "SELECT fts5(?1)", -1, &select, nullptr) == SQLITE_OK) {
            sqlite3_bind_pointer(select, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
            sqlite3_step(select);
        }
        sqlite3_finalize(select);
        return api;
    }

    sqlite3* connection_ = nullptr;
    fts5_tokenizer functions_{};
    Fts5Tokenizer* tokenizer_ = nullptr;
};

}  // namespace

Result<std::vector<std::string>> words_of(std::string_view text) {
    thread_local Tokenizer tokenizer;
    return tokenizer.words_of(text);
}

}  // namespace homeroom::store

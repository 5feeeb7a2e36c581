// y-crdt's 5,320 cases (tests/data/yjs), without Yjs beside: what comes out of each is written in
// it. tests/yjs compares the same cases with Yjs byte by byte.
#include <functional>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "yjs/changes.h"
#include "yjs/compact.h"
#include "yjs/diff.h"
#include "yjs/document.h"
#include "yjs/merge.h"
#include "yjs/test_corpus.h"

namespace homeroom::yjs {
namespace {

using Json = nlohmann::json;

using test::Case;

void for_each_case(const std::function<void(const Case&)>& check) {
    const std::vector<Case> cases = test::cases();
    ASSERT_EQ(cases.size(), 5'320U);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        SCOPED_TRACE("case " + std::to_string(i));
        check(cases[i]);
        if (testing::Test::HasFailure()) return;
    }
}

std::vector<Update> decode_all(const std::vector<std::string_view>& bytes) {
    std::vector<Update> updates;
    for (const std::string_view update : bytes) {
        auto decoded = decode_update(update, update_limits);
        EXPECT_TRUE(decoded.ok());
        if (decoded.ok()) updates.push_back(std::move(*decoded));
    }
    return updates;
}

void expect_shows(const std::string& bytes, const Case& expected) {
    const auto update = decode_update(bytes, document_limits);
    ASSERT_TRUE(update.ok());
    const auto document = Document::load(*update);
    ASSERT_TRUE(document.ok());
    EXPECT_EQ(document->text("text"), expected.text);
    EXPECT_EQ(Json::parse(document->map_json("map")), Json::parse(expected.map_json));
    EXPECT_EQ(Json::parse(document->list_json("array")), Json::parse(expected.list_json));
    EXPECT_EQ(document->waiting(), 0U);
}

TEST(YjsCorpus, UpdatesAreWrittenAsTheyWereRead) {
    std::size_t updates = 0;
    for_each_case([&](const Case& one) {
        const std::vector<Update> decoded = decode_all(one.updates);
        for (std::size_t i = 0; i < decoded.size(); ++i)
            EXPECT_EQ(encode_update(decoded[i]), one.updates[i]);
        updates += decoded.size();
    });
    EXPECT_EQ(updates, 46'385U);
}

TEST(YjsCorpus, WhatComesOutIsWhatShould) {
    for_each_case([](const Case& one) {
        const std::vector<Update> updates = decode_all(one.updates);
        expect_shows(merge(updates), one);
        expect_shows(compact(updates, DeletedContent::kept), one);
        expect_shows(compact(updates, DeletedContent::dropped), one);
    });
}

TEST(YjsCorpus, HalfMadeSmallAndTheRestLater) {
    for_each_case([](const Case& one) {
        std::vector<Update> updates = decode_all(one.updates);
        const std::size_t middle = (updates.size() + 1) / 2;
        const std::string half = compact(std::span{updates}.first(middle), DeletedContent::dropped);
        auto decoded = decode_update(half, document_limits);
        ASSERT_TRUE(decoded.ok());
        updates.erase(updates.begin(), updates.begin() + static_cast<std::ptrdiff_t>(middle));
        updates.push_back(std::move(*decoded));
        expect_shows(compact(updates, DeletedContent::dropped), one);
    });
}

// A client that comes back with half of it is sent the difference.
TEST(YjsCorpus, TheDifferenceIsAllThatLacks) {
    for_each_case([](const Case& one) {
        const std::vector<Update> updates = decode_all(one.updates);
        const std::string all = compact(updates, DeletedContent::kept);
        const std::string half = merge(std::span{updates}.first(updates.size() / 2));
        const auto whole = decode_update(all, document_limits);
        const auto had = decode_update(half, document_limits);
        ASSERT_TRUE(whole.ok() && had.ok());
        const std::string missing = diff(*whole, StateVector::of(*had));
        const auto sent = decode_update(missing, document_limits);
        ASSERT_TRUE(sent.ok());
        expect_shows(merge(std::vector<Update>{*had, *sent}), one);
    });
}

// Kept are only the news of each update, as the server keeps them.
TEST(YjsCorpus, TheNewsOfEachUpdateAreTheDocument) {
    for_each_case([](const Case& one) {
        Known known;
        std::vector<std::string> kept;
        for (const Update& update : decode_all(one.updates)) {
            kept.push_back(only_new(update, known));
            known.add(update);
            EXPECT_TRUE(changes(update, known).none());
        }
        expect_shows(merge(decode_all({kept.begin(), kept.end()})), one);
    });
}

}  // namespace
}  // namespace homeroom::yjs

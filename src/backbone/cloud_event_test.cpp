#include "backbone/cloud_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campus/audience.h"
#include "kafka/partition.h"

namespace homeroom::backbone {
namespace {

using campus::Audience;
using testing::AllOf;
using testing::Contains;
using testing::Pair;

store::JournalEvent event_for(const Audience& audience) {
    return {
        .seq = 42,
        .type = "post:created",
        .audience = audience.stored(),
        .payload =
            R"({"seq":"0000000000000042","id":"01ARZ3NDEKTSV4RRFFQ69G5FAV",)"
            R"("room":"class-7b","at":"2026-11-28T08:00:00.000Z","by":null,"post":{"id":"x"}})"};
}

TEST(CloudEvent, AnEventIsARecordInBinaryMode) {
    const auto event = event_for(Audience::members("class-7b"));
    const auto record = to_record(event, "/north");
    EXPECT_EQ(record.key, "class-7b");
    EXPECT_EQ(record.value, event.payload);
    EXPECT_THAT(record.headers, AllOf(Contains(Pair("ce_specversion", "1.0")),
                                      Contains(Pair("ce_id", "01ARZ3NDEKTSV4RRFFQ69G5FAV")),
                                      Contains(Pair("ce_source", "/north")),
                                      Contains(Pair("ce_type", "homeroom.post:created")),
                                      Contains(Pair("ce_subject", "class-7b")),
                                      Contains(Pair("ce_time", "2026-11-28T08:00:00.000Z")),
                                      Contains(Pair("ce_partitionkey", "class-7b")),
                                      Contains(Pair("ce_sequence", "0000000000000042"))));
    EXPECT_THAT(record.headers, AllOf(Contains(Pair("ce_audience", "room")),
                                      Contains(Pair("content-type", "application/json"))));
}

TEST(CloudEvent, WhomItNamesIsSaid) {
    const auto named = to_record(event_for(Audience::users("class-7b", {"ada", "ben"})), "/north");
    EXPECT_THAT(named.headers, Contains(Pair("ce_users", R"(["ada","ben"])")));
    const auto all = to_record(event_for(Audience::members("class-7b")), "/north");
    EXPECT_FALSE(header_of(all, "ce_users"));
}

TEST(CloudEvent, TheKeyIsTheRoom) {
    EXPECT_EQ(key_of(Audience::staff("class-7b", "ada").stored()), "class-7b");
    EXPECT_EQ(key_of(Audience::users("class-7b", {"ada"}).stored()), "class-7b");
    EXPECT_EQ(key_of(Audience::people("conversation-1", {"ada", "ben"}).stored()),
              "conversation-1");
    EXPECT_EQ(key_of(Audience::person("ada", {"parent"}).stored()), "user-ada");
    EXPECT_EQ(key_of({.kind = "users", .users = {"ada", "ben"}}), "user-ada");
    EXPECT_EQ(key_of({}), "nobody");
}

TEST(CloudEvent, AForgottenEventHasNothingToTell) {
    auto event = event_for(Audience::members("class-7b"));
    EXPECT_FALSE(is_forgotten(event));
    event.payload = "{}";
    EXPECT_TRUE(is_forgotten(event));
}

TEST(CloudEvent, PartitionsAreThoseOfJava) {
    // From Java's client (kafka-clients 4.1.1): Utils.toPositive(Utils.murmur2(key)) % 100.
    EXPECT_EQ(kafka::partition_of("", 100), 81);
    EXPECT_EQ(kafka::partition_of("kafka", 100), 80);
    EXPECT_EQ(kafka::partition_of("class-7b", 100), 51);
    EXPECT_EQ(kafka::partition_of("user-ada", 100), 98);
    EXPECT_EQ(kafka::partition_of("global", 100), 59);
    EXPECT_EQ(kafka::partition_of("global", 1), 0);
}

kafka::Record binary(std::string data) {
    return {.key = "class-7b",
            .value = std::move(data),
            .headers = {{"ce_specversion", "1.0"},
                        {"CE_ID", "1"},
                        {"ce_source", "/billing"},
                        {"ce_type", "homeroom.alert"},
                        {"content-type", "application/json"}}};
}

void expect_refused(const kafka::Record& record, const std::string& field) {
    const auto command = to_command(record);
    ASSERT_FALSE(command.ok());
    EXPECT_EQ(command.error().field, field);
}

TEST(CloudEvent, ACommandInBinaryMode) {
    const auto command = to_command(binary(R"({"title":"Fire drill"})"));
    ASSERT_TRUE(command.ok()) << command.error().message;
    EXPECT_EQ(command->source, "/billing");
    EXPECT_EQ(command->id, "1");
    EXPECT_EQ(command->name, "alert");
    EXPECT_EQ(command->data["title"], "Fire drill");
}

TEST(CloudEvent, ACommandInStructuredMode) {
    const kafka::Record record{
        .value =
            R"({"specversion":"1.0","id":"7","source":"/x","type":"homeroom.event","data":{"a":1}})",
        .headers = {{"content-type", "Application/CloudEvents+json; charset=UTF-8"}}};
    const auto command = to_command(record);
    ASSERT_TRUE(command.ok()) << command.error().message;
    EXPECT_EQ(command->id, "7");
    EXPECT_EQ(command->name, "event");
    EXPECT_EQ(command->data["a"], 1);
}

TEST(CloudEvent, WhatIsNoCommandIsRefusedWithTheReason) {
    for (const auto& [header, field] :
         {std::pair{"ce_specversion", "specversion"}, std::pair{"CE_ID", "id"},
          std::pair{"ce_source", "source"}, std::pair{"ce_type", "type"}}) {
        auto record = binary("{}");
        std::erase_if(record.headers, [&](const auto& one) { return one.first == header; });
        expect_refused(record, field);
        record.headers.emplace_back(header, std::string(256, 'x'));
        expect_refused(record, field);
    }
    auto foreign = binary("{}");
    foreign.headers[3].second = "org.example.alert";
    expect_refused(foreign, "type");
    expect_refused(binary("[1]"), "");
    expect_refused(binary("{"), "");
    expect_refused(binary(""), "");
    EXPECT_EQ(to_command(binary(std::string(command_bytes_max + 1, ' '))).error().code,
              Code::too_large);
    auto bad_text = binary("{}");
    bad_text.headers[1].second = "\xff";
    expect_refused(bad_text, "id");
    const kafka::Record no_data{
        .value = R"({"specversion":"1.0","id":"7","source":"/x","type":"homeroom.event"})",
        .headers = {{"content-type", "application/cloudevents+json"}}};
    expect_refused(no_data, "data");
}

}  // namespace
}  // namespace homeroom::backbone

#include "media/description.h"

#include <gmock/gmock.h>

namespace homeroom::media {
namespace {

TEST(Description, IsOfSoundsPicturesAndOthers) {
    const Content content = content_of(
        "v=0\r\no=- 46 2 IN IP4 0.0.0.0\r\nm=audio 9\r\na=mid:x\r\n"
        "m=video 9\nm=application 9\rm=video 9\r\na=mid:y");
    EXPECT_EQ(content.sounds, 1U);
    EXPECT_EQ(content.pictures, 2U);
    EXPECT_EQ(content.others, 1U);
    EXPECT_EQ(content.session, "46");
    EXPECT_EQ(content.sound, "x");
    EXPECT_EQ(content.picture, "y");
}

TEST(Description, NamesAnAttributeHoweverItIsRead) {
    for (const char* line : {"a=candidate:1 1 udp", "a=Candidate:1", "A=CANDIDATE",
                             "a= candidate:1", "a=:\tcandidate 1", "a=candidate\t1"})
        EXPECT_TRUE(is_attribute(line, "candidate")) << line;
    for (const char* line :
         {"", "a", "a=", "a= ", "a=candidates:1", "a=candidat", "b=candidate:1", "a=x candidate:1",
          "candidate:1", "a=remote-candidates:1", "a=end-of-candidates"})
        EXPECT_FALSE(is_attribute(line, "candidate")) << line;
}

// Janus would look for whoever is there, in whatever network: also where no browser writes so.
TEST(Description, GoesOnWithoutCandidates) {
    EXPECT_EQ(without_candidates("o=- 1 1\r\nm=audio 9\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\n"
                                 "a=CANDIDATE:2 1 udp 1 10.0.0.1 9 typ host\r\n"
                                 "a=mid:0\ra=Remote-Candidates:1 10.0.0.1 9\r"
                                 "a=End-Of-Candidates\r\na=candidates-are-none:1"),
              "o=- 1 1\r\nm=audio 9\r\na=mid:0\r\na=candidates-are-none:1\r\n");
}

}  // namespace
}  // namespace homeroom::media

#include "store/sqlite/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace homeroom::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Words, AreLettersAndDigitsWithoutCaseAndDiacritics) {
    EXPECT_THAT(words_of("The Überprüfung of x2, on-time!").value(),
                ElementsAre("the", "uberprufung", "of", "x2", "on", "time"));
    EXPECT_THAT(words_of("дом 家").value(), ElementsAre("дом", "家"));
    EXPECT_THAT(words_of("").value(), IsEmpty());
    EXPECT_THAT(words_of("— € …").value(), IsEmpty());
}

}  // namespace
}  // namespace homeroom::store

// Every limit and wait of this package. Times are in milliseconds.

export const limits = {
    // A request that has no answer for so long is sent again.
    answerWithin: 10_000,
    attemptsMax: 6,
    retryFirst: 500,
    retryLongest: 8_000,
    // Who is told `rate_limited` waits by himself, unless it is for longer.
    rateLimitedWaitMax: 30_000,

    // What waits for the connection to come back.
    waitingMax: 200,
    waitingBytesMax: 1_000_000,
    writeWaitMax: 30 * 60_000,
    readWaitMax: 30_000,

    // After the server has closed the connection without a word about the user.
    comeBackAfter: 1_000,
    reconnectLongest: 5_000,
    // A fresh token that the server calls expired, too: then it is not the token.
    freshTokensMax: 3,

    seenEventsMax: 2_000,
    // What is remembered of things that are not loaded: a deletion that came before its creation, counts of posts not listed.
    tombstonesMax: 5_000,
    strangersMax: 2_000,

    pageSize: 20,
    conversationsMax: 100,
    reloadSoon: 150,
    recountTriesMax: 3,

    typistForgottenAfter: 8_000,
    typingRepeatedAfter: 3_000,
} as const;

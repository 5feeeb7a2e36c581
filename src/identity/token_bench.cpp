// What it costs to believe a token, by the kind of its signature. Each connect does so once.
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "identity/test_foreign_tokens.h"
#include "identity/token.h"

namespace homeroom::identity {
namespace {

void verify(benchmark::State& state, std::string_view secret, std::string_view pem,
            std::string_view token) {
    KeySet keys;
    if (!(secret.empty() ? keys.add_pem(pem) : keys.add_secret(secret)).ok()) std::abort();
    const Verifier verifier{std::move(keys), {}};
    const WallTime now{std::chrono::seconds{1'800'000'000}};
    for (auto _ : state) {
        const auto verified = verifier.verify(token, now);
        if (!std::holds_alternative<Claims>(verified)) std::abort();
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(token.size()));
}
BENCHMARK_CAPTURE(verify, HS256, foreign::secret, "", foreign::hs256_token);
BENCHMARK_CAPTURE(verify, ES256, "", foreign::es256_pem, foreign::es256_token_without_kid);
BENCHMARK_CAPTURE(verify, EdDSA, "", foreign::eddsa_pem, foreign::eddsa_token_without_kid);
BENCHMARK_CAPTURE(verify, RS256, "", foreign::rs256_pem, foreign::rs256_token_without_kid);

}  // namespace
}  // namespace homeroom::identity

# How one layer becomes a library and a test program. Files are found by name, so adding one needs no edit here:
#   src/<layer>/**/x.cpp        → the library homeroom_<layer>
#   src/<layer>/**/x_test.cpp   → the program <layer>_test
#   src/<layer>/**/x_fuzz.cpp   → the program x_fuzz      (HOMEROOM_FUZZ; seeds in fuzz/seeds/x/)
#   src/<layer>/**/x_bench.cpp  → the program <layer>_bench (HOMEROOM_BENCH)

set(homeroom_warnings -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)

add_library(homeroom_options INTERFACE)
target_compile_options(homeroom_options INTERFACE ${homeroom_warnings})
target_include_directories(homeroom_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_definitions(homeroom_options INTERFACE HOMEROOM_VERSION="${PROJECT_VERSION}")
if(HOMEROOM_SANITIZE)
    target_compile_options(homeroom_options INTERFACE
        -fsanitize=${HOMEROOM_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(homeroom_options INTERFACE -fsanitize=${HOMEROOM_SANITIZE})
endif()
if(HOMEROOM_FUZZ)
    target_compile_options(homeroom_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Headers of libraries that nearly every file of the upper layers includes. Each file names what it uses all the same: the clang and
# fuzz presets compile without. Not in tests, where g++ 12 then warns of what is not there.
set(homeroom_precompiled <nlohmann/json.hpp> <boost/unordered/unordered_flat_map.hpp> <fmt/format.h>
    <algorithm> <atomic> <chrono> <functional> <map> <memory> <mutex> <optional> <span> <string> <string_view> <unordered_map>
    <variant> <vector>)

function(homeroom_precompile target)
    if(HOMEROOM_PRECOMPILE)
        target_precompile_headers(${target} PRIVATE ${ARGN})
        if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
            target_compile_options(${target} PRIVATE -fpch-preprocess)  # for ccache
        endif()
    endif()
endfunction()

function(homeroom_layer name)
    cmake_parse_arguments(LAYER "PRECOMPILE" "" "LINK" ${ARGN})
    set(folder ${PROJECT_SOURCE_DIR}/src/${name})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cpp)
    set(tests ${sources})
    set(fuzzers ${sources})
    set(benches ${sources})
    list(FILTER sources EXCLUDE REGEX "_(test|fuzz|bench)\\.cpp$")
    list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
    list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
    list(FILTER benches INCLUDE REGEX "_bench\\.cpp$")

    if(sources)
        add_library(homeroom_${name} STATIC ${sources})
        target_link_libraries(homeroom_${name} PUBLIC $<BUILD_INTERFACE:homeroom_options> ${LAYER_LINK})
        if(LAYER_PRECOMPILE)
            homeroom_precompile(homeroom_${name} ${homeroom_precompiled})
        endif()
    else()
        add_library(homeroom_${name} INTERFACE)
        target_link_libraries(homeroom_${name} INTERFACE $<BUILD_INTERFACE:homeroom_options> ${LAYER_LINK})
    endif()

    if(HOMEROOM_TESTS AND tests)
        find_package(GTest REQUIRED)
        add_executable(${name}_test ${tests})
        target_link_libraries(${name}_test PRIVATE homeroom_${name} GTest::gmock GTest::gtest_main rapidcheck)
        # Half of a clean build is tests; they need not be fast.
        target_compile_options(${name}_test PRIVATE -O1)
        target_compile_definitions(${name}_test PRIVATE HOMEROOM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
        add_test(NAME unit.${name} COMMAND ${name}_test --gtest_brief=1)
        set_tests_properties(unit.${name} PROPERTIES LABELS unit TIMEOUT 300)
    endif()

    # Every build runs every seed; only libFuzzer finds new ones.
    if(HOMEROOM_TESTS)
        foreach(fuzzer ${fuzzers})
            get_filename_component(program ${fuzzer} NAME_WE)
            string(REGEX REPLACE "_fuzz$" "" subject ${program})
            add_executable(${subject}_seeds ${fuzzer} ${PROJECT_SOURCE_DIR}/fuzz/replay_seeds.cpp)
            target_link_libraries(${subject}_seeds PRIVATE homeroom_${name})
            add_test(NAME seeds.${subject} COMMAND ${subject}_seeds ${PROJECT_SOURCE_DIR}/fuzz/seeds/${subject})
            set_tests_properties(seeds.${subject} PROPERTIES LABELS seeds TIMEOUT 120)
        endforeach()
    endif()

    if(HOMEROOM_FUZZ)
        foreach(fuzzer ${fuzzers})
            get_filename_component(program ${fuzzer} NAME_WE)
            add_executable(${program} ${fuzzer})
            target_link_libraries(${program} PRIVATE homeroom_${name})
            target_link_options(${program} PRIVATE -fsanitize=fuzzer)
        endforeach()
    endif()

    if(HOMEROOM_BENCH AND benches)
        find_package(benchmark REQUIRED)
    elseif(HOMEROOM_TESTS AND benches AND NOT HOMEROOM_SANITIZE)
        find_package(benchmark QUIET)  # built beside the tests, so that they still compile on the day they are wanted
    endif()
    if(benchmark_FOUND)
        add_executable(${name}_bench ${benches})
        target_link_libraries(${name}_bench PRIVATE homeroom_${name} benchmark::benchmark_main)
        target_compile_definitions(${name}_bench PRIVATE HOMEROOM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    endif()
endfunction()

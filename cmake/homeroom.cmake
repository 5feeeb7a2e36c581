# How one layer becomes a library and a test program. Files are found by name, so adding one needs no edit here:
#   src/<layer>/**/x.cpp        → the library homeroom_<layer>
#   src/<layer>/**/x_test.cpp   → the program <layer>_test
#   src/<layer>/**/x_fuzz.cpp   → the program x_fuzz      (HOMEROOM_FUZZ; seeds in fuzz/seeds/x/)
#   src/<layer>/**/x_bench.cpp  → the program <layer>_bench (HOMEROOM_BENCH)
# PRECOMPILE: the layer's files share their large headers; its tests do always, and those in TESTS_PRECOMPILE too.
# UNITE: its files are compiled by the folder.

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
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # g++ looks for memory to free each time its own has grown by a third: up to a quarter of its time, to save 200 MB.
    target_compile_options(homeroom_options INTERFACE --param=ggc-min-expand=1000 --param=ggc-min-heapsize=1000000)
endif()

# Headers of libraries that nearly every file of the upper layers includes. Each file names what it uses all the same: the clang and
# fuzz presets compile without.
set(homeroom_precompiled <nlohmann/json.hpp> <boost/unordered/unordered_flat_map.hpp> <fmt/format.h>
    <algorithm> <atomic> <chrono> <functional> <map> <memory> <mutex> <optional> <span> <string> <string_view> <unordered_map>
    <variant> <vector>)
set(homeroom_precompiled_in_tests <gmock/gmock.h> <gtest/gtest.h> ${homeroom_precompiled})

function(homeroom_precompile target)
    if(HOMEROOM_PRECOMPILE)
        target_precompile_headers(${target} PRIVATE ${ARGN})
        if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
            # For ccache; and g++ 12 then warns of bounds that a moved string never reaches.
            target_compile_options(${target} PRIVATE -fpch-preprocess -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
        endif()
    endif()
endfunction()

# Where tests find their data: in a file of its own, so that every other one is the same in a clone elsewhere.
configure_file(${CMAKE_CURRENT_LIST_DIR}/source_folder.cpp.in ${CMAKE_BINARY_DIR}/source_folder.cpp @ONLY)
add_library(homeroom_source_folder STATIC EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/source_folder.cpp)
target_link_libraries(homeroom_source_folder PRIVATE homeroom_options)

# A layer's files are compiled eight at a time, those of one folder together: what a clean build does most is to read the same headers
# and to compile the same templates again. (`clang` and `debug` compile each file alone.)
function(homeroom_unite target sources)
    if(NOT HOMEROOM_UNITY)
        return()
    endif()
    foreach(source ${sources})
        file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR}/src ${source}/..)
        string(MAKE_C_IDENTIFIER ${folder} folder)
        list(APPEND files_of_${folder} ${source})
        list(LENGTH files_of_${folder} number)
        math(EXPR group "(${number} - 1) / 8")
        set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${folder}_${group})
    endforeach()
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()

function(homeroom_layer name)
    cmake_parse_arguments(LAYER "PRECOMPILE;UNITE" "" "LINK;TESTS_PRECOMPILE" ${ARGN})
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
        if(LAYER_UNITE)
            homeroom_unite(homeroom_${name} "${sources}")
        endif()
    else()
        add_library(homeroom_${name} INTERFACE)
        target_link_libraries(homeroom_${name} INTERFACE $<BUILD_INTERFACE:homeroom_options> ${LAYER_LINK})
    endif()

    if(HOMEROOM_TESTS AND tests)
        find_package(GTest REQUIRED)
        add_executable(${name}_test ${tests})
        target_link_libraries(${name}_test PRIVATE homeroom_${name} GTest::gmock GTest::gtest_main rapidcheck homeroom_source_folder)
        # Half of a clean build is tests; they need not be fast.
        target_compile_options(${name}_test PRIVATE -O0)
        homeroom_precompile(${name}_test ${homeroom_precompiled_in_tests} ${LAYER_TESTS_PRECOMPILE})
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
        target_link_libraries(${name}_bench PRIVATE homeroom_${name} benchmark::benchmark_main homeroom_source_folder)
    endif()
endfunction()

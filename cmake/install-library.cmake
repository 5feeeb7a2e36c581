# The Socket.IO server as a library of its own: headers, the static libraries of the layers it stands on, and what
# find_package(homeroom-socketio) needs.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(library_layers base codec net engineio hub socketio)
foreach(layer ${library_layers})
    set_target_properties(homeroom_${layer} PROPERTIES EXPORT_NAME ${layer})
    install(TARGETS homeroom_${layer} EXPORT homeroom-socketio COMPONENT socketio
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT socketio)
endforeach()
target_include_directories(homeroom_socketio PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(homeroom_socketio PUBLIC cxx_std_20)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/homeroom-socketio)
install(DIRECTORY include/homeroom DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT socketio)
install(EXPORT homeroom-socketio FILE homeroom-socketio-targets.cmake NAMESPACE homeroom::
    DESTINATION ${package_folder} COMPONENT socketio)
write_basic_package_version_file(homeroom-socketio-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES cmake/homeroom-socketio-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/homeroom-socketio-config-version.cmake
    DESTINATION ${package_folder} COMPONENT socketio)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT socketio)

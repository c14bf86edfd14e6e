//! C++ with CMake and ccache; the tests are a target of their own.

use multistage::args::TARGETARCH;
use multistage::instruction::{Mount, Run};
use multistage::{Dockerfile, Packages, Stage};

pub fn dockerfile() -> Dockerfile {
    let mut file = Dockerfile::new();
    file.set_syntax("docker/dockerfile:1");
    let debian = "debian:bookworm-slim";
    let tools = Packages::apt(["g++", "cmake", "ninja-build", "ccache", "libssl-dev"]);

    let toolchain = file.stage(
        "toolchain",
        Stage::new(debian).install(tools.cached()).envs([
            ("CCACHE_DIR", "/ccache"),
            ("CMAKE_CXX_COMPILER_LAUNCHER", "ccache"),
        ]),
    );

    let build = file.stage(
        "build",
        Stage::new(&toolchain)
            .arg(TARGETARCH)
            .workdir("/src")
            .copy("CMakeLists.txt", "./")
            .copy("src", "./src")
            .copy("test", "./test")
            .run(
                Run::chain([
                    "cmake -S . -B /build -G Ninja -DCMAKE_BUILD_TYPE=Release",
                    "cmake --build /build",
                    "cmake --install /build --prefix /out --strip",
                ])
                .mount(Mount::cache("/ccache").id_per_arch("ccache")),
            ),
    );

    let test = Stage::new(&build).run("ctest --test-dir /build --output-on-failure");
    let test = file.stage("test", test);
    file.target(&test);

    file.stage(
        "runtime",
        Stage::new(debian)
            .install(Packages::apt(["libssl3"]))
            .copy_from(&build, "/out/", "/usr/local/")
            .entrypoint(["/usr/local/bin/daemon"])
            .cmd(["--config", "/etc/daemon.toml"]),
    );
    file
}

//! A Rust workspace with cargo-chef: dependencies are built before the sources are copied.

use multistage::instruction::{Copy, Mount, Run, Sharing};
use multistage::{Dockerfile, Stage};

pub fn dockerfile() -> Dockerfile {
    let mut file = Dockerfile::new();
    file.set_syntax("docker/dockerfile:1");
    let rust = file.arg(("RUST_VERSION", "1.86"));
    let bin = file.arg(("BIN", "app"));
    let registry = Mount::cache("/usr/local/cargo/registry").id("cargo-registry");
    let locked = registry.clone().sharing(Sharing::Locked);

    let chef = file.stage(
        "chef",
        Stage::new(format!("rust:{rust}-slim-bookworm"))
            .run(Run::new("cargo install cargo-chef --version 0.1.71 --locked").mount(registry))
            .workdir("/src"),
    );

    let planner = file.stage(
        "planner",
        Stage::new(&chef)
            .copy(".", ".")
            .run("cargo chef prepare --recipe-path recipe.json"),
    );

    let builder = file.stage(
        "builder",
        Stage::new(&chef)
            .arg(&bin)
            .copy_from(&planner, "/src/recipe.json", "recipe.json")
            .with_mounts([locked], |stage| {
                stage
                    .run("cargo chef cook --release --locked --recipe-path recipe.json")
                    .copy(".", ".")
                    .run(Run::chain([
                        format!("cargo build --release --locked --bin {bin}"),
                        format!("install -D target/release/{bin} /out/app"),
                    ]))
            }),
    );

    file.stage(
        "runtime",
        Stage::new("gcr.io/distroless/cc-debian12:nonroot")
            .instruction(
                Copy::new("/out/app", "/usr/local/bin/app")
                    .with_from(&builder)
                    .link(),
            )
            .entrypoint(["/usr/local/bin/app"]),
    );
    file
}

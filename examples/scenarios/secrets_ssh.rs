//! Private dependencies: an ssh agent, a secret as a variable, a secret as a file.

use multistage::instruction::{Copy, Mount, Network, Run, Sharing, inline};
use multistage::{Dockerfile, Packages, Stage};

const KNOWN_HOSTS: &str = "git.example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExample";

pub fn dockerfile() -> Dockerfile {
    let mut file = Dockerfile::new();
    // The first version with secrets as variables.
    file.set_syntax("docker/dockerfile:1.10");
    let registry = Mount::cache("/usr/local/cargo/registry")
        .id("cargo-registry")
        .sharing(Sharing::Locked);
    let token = Mount::secret("registry-token").env("CARGO_REGISTRIES_ACME_TOKEN");

    let deps = file.stage(
        "deps",
        Stage::new("rust:1.86-slim-bookworm")
            .install(Packages::apt(["git", "openssh-client"]))
            .env("CARGO_NET_GIT_FETCH_WITH_CLI", "true")
            .copy(inline(KNOWN_HOSTS), "/root/.ssh/known_hosts")
            .workdir("/src")
            .copy(["Cargo.toml", "Cargo.lock"], "./")
            .run(Run::new("cargo fetch --locked").mounts([
                Mount::ssh().required(),
                token.required(),
                registry.clone(),
            ])),
    );

    let build = file.stage(
        "build",
        Stage::new(&deps).copy("src", "./src").run(
            Run::new("cargo build --release --offline")
                .network(Network::None)
                .mount(registry),
        ),
    );

    let npmrc = Mount::secret("npmrc").target("/root/.npmrc").mode(0o400);
    let ui = file.stage(
        "ui",
        Stage::new("node:22-bookworm-slim")
            .workdir("/ui")
            .copy(["ui/package.json", "ui/package-lock.json"], "./")
            .run(
                Run::new("npm ci")
                    .mount(npmrc.required())
                    .mount(Mount::cache("/root/.npm").id("npm")),
            )
            .copy("ui/", "./")
            .run("npm run build"),
    );

    let gateway = "/usr/local/bin/gateway";
    file.stage(
        "runtime",
        Stage::new("gcr.io/distroless/cc-debian12:nonroot")
            .instruction(
                Copy::new("/src/target/release/gateway", gateway)
                    .with_from(&build)
                    .chmod(0o555),
            )
            .copy_from(&ui, "/ui/dist", "/srv/ui")
            .entrypoint([gateway]),
    );
    file
}

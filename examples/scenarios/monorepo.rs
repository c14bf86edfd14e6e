//! A monorepo: one build, three services, each a target.

use multistage::instruction::{Copy, Label, Mount, Run};
use multistage::{Dockerfile, Stage, labels};

/// The name of a service, the port that it listens on, and what it runs.
const SERVICES: [(&str, Option<u16>, &str); 3] = [
    ("api", Some(3000), "dist/main.js"),
    ("web", Some(8080), "server.js"),
    ("worker", None, "dist/worker.js"),
];

pub fn dockerfile() -> Dockerfile {
    let mut file = Dockerfile::new();
    file.set_syntax("docker/dockerfile:1");
    let node = file.arg(("NODE_VERSION", "22"));
    let git_sha = file.arg(("GIT_SHA", "unknown"));

    let base = file.stage(
        "base",
        Stage::new(format!("node:{node}-bookworm-slim")).run("corepack enable"),
    );

    let deploy =
        SERVICES.map(|(name, ..)| format!("pnpm --filter=@acme/{name} --prod deploy /out/{name}"));
    let store = Mount::cache("/root/.local/share/pnpm/store").id("pnpm");
    let build = file.stage(
        "build",
        Stage::new(&base)
            .workdir("/repo")
            .copy(".", ".")
            .run(Run::new("pnpm install --frozen-lockfile").mount(store))
            .run(Run::chain(
                ["pnpm -r run build".to_owned()].into_iter().chain(deploy),
            )),
    );

    let service_base = file.stage(
        "service-base",
        Stage::new(&base)
            .env("NODE_ENV", "production")
            .workdir("/app")
            .user("node"),
    );

    for (name, port, script) in SERVICES {
        let service = Stage::new(&service_base)
            .arg(&git_sha)
            .instruction(Label::new(labels::TITLE, name).and(labels::REVISION, &git_sha))
            .instruction(
                Copy::new(format!("/out/{name}"), ".")
                    .with_from(&build)
                    .chown("node:node"),
            )
            .when_some(port, |stage, port| stage.expose(port))
            .cmd(["node", script]);
        let service = file.stage(name, service);
        file.target(service);
    }
    file
}

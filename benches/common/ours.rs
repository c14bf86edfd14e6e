//! The timed files, written with this crate.

use multistage::{Dockerfile, Stage};

use super::common::Input;

/// The Node example.
pub(crate) fn node() -> Dockerfile {
    let mut file = Dockerfile::new();
    let builder = file.stage(
        "builder",
        Stage::new("node:18")
            .header("First stage: build")
            .workdir("/app")
            .copy(["package.json", "package-lock.json"], "./")
            .run("npm install")
            .copy(".", ".")
            .run("npm run build"),
    );
    file.push(
        Stage::new("node:18-alpine")
            .header("Second stage: production")
            .workdir("/app")
            .copy_from(&builder, "/app/dist", "./dist")
            .copy_from(&builder, "/app/node_modules", "./node_modules")
            .cmd(["node", "dist/index.js"]),
    );
    file
}

/// Stages of twenty instructions, each with files from the one before.
pub(crate) fn synthetic(input: &Input) -> Dockerfile {
    let mut file = Dockerfile::new();
    let mut previous = None;
    for name in &input.names {
        let mut stage = Stage::new("debian:bookworm-slim")
            .arg(("VERSION", "1.0"))
            .env("APP_HOME", "/srv/app")
            .workdir("/srv/app")
            .copy("src", "./src");
        stage = match &previous {
            None => stage.copy("Makefile", "./Makefile"),
            Some(previous) => stage.copy_from(previous, "/srv/app/out", "./in"),
        };
        for run in &input.runs {
            stage = stage.run(run.as_str());
        }
        stage = stage
            .label("org.opencontainers.image.title", "app")
            .expose("8080")
            .volume("/data")
            .user("app")
            .cmd(["make", "run"]);
        previous = Some(file.stage(name.as_str(), stage));
    }
    file
}

/// Stages that copy from the one before.
pub(crate) fn copies(size: usize) -> Dockerfile {
    let mut file = Dockerfile::new();
    let mut previous = file.stage("first", Stage::new("alpine"));
    for n in 1..size {
        let stage = Stage::new("alpine")
            .copy_from(&previous, "/a", "/b")
            .run("make");
        previous = file.stage(format!("stage-{n}"), stage);
    }
    file
}

//! The multi-stage Dockerfile of a Node service: build in one stage, run in another.
//!
//! `cargo run --example node` prints it.

#![expect(clippy::print_stdout, reason = "it is what the program does")]

use multistage::{Dockerfile, Report, Stage};

fn main() -> Result<(), Report> {
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

    print!("{}", file.render()?);
    Ok(())
}

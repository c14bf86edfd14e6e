//! Generates the Dockerfile into `OUT_DIR`, from `versions.txt` and the variable `EMBED_NODE`.

use std::error::Error;
use std::{env, fs};

use multistage::instruction::{Mount, Run};
use multistage::{Dockerfile, Stage, generated::OutDir};

fn main() -> Result<(), Box<dyn Error>> {
    let versions = fs::read_to_string("versions.txt")?;
    let node = env::var("EMBED_NODE").ok();
    let node = match &node {
        Some(node) => node,
        None => version(&versions, "node")?,
    };
    let file = site(node, version(&versions, "nginx")?);

    // A mistake fails the build, with a report that points into the Dockerfile.
    OutDir::from_env()?
        .rerun_if_changed("build.rs")
        .rerun_if_changed("versions.txt")
        .rerun_if_env_changed("EMBED_NODE")
        .write("Dockerfile", &file.render()?)?;
    Ok(())
}

fn version<'v>(versions: &'v str, name: &str) -> Result<&'v str, String> {
    versions
        .lines()
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, version)| version)
        .ok_or_else(|| format!("versions.txt has no line `{name}=..`"))
}

/// A web site that is built with Node.js and served by nginx.
fn site(node: &str, nginx: &str) -> Dockerfile {
    let mut file = Dockerfile::new();
    let build = file.stage(
        "build",
        Stage::new(format!("node:{node}"))
            .workdir("/site")
            .copy(["package.json", "package-lock.json"], "./")
            .run(Run::new("npm ci").mount(Mount::cache("/root/.npm")))
            .copy(".", ".")
            .run("npm run build"),
    );
    file.push(
        Stage::new(format!("nginx:{nginx}"))
            .copy_from(&build, "/site/dist", "/usr/share/nginx/html")
            .expose(80),
    );
    file
}

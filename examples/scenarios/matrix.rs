//! One recipe, many files: each version of Python, with and without a compiler, for each
//! architecture.

use multistage::instruction::{Copy, Mount, Run};
use multistage::{Dockerfile, Fragment, Packages, Stage};

#[derive(Clone, Copy, PartialEq)]
enum Variant {
    /// Debian; a compiler is there for packages that need one.
    Full,
    /// Debian, with what runs the program and no more.
    Slim,
    /// Alpine.
    Alpine,
}

impl Variant {
    fn name(self) -> &'static str {
        match self {
            Variant::Full => "full",
            Variant::Slim => "slim",
            Variant::Alpine => "alpine",
        }
    }

    fn image(self, python: &str, arch: &str) -> String {
        let suffix = match self {
            Variant::Full => "bookworm",
            Variant::Slim => "slim-bookworm",
            Variant::Alpine => "alpine",
        };
        format!("{arch}/python:{python}-{suffix}")
    }

    /// What runs and builds the program is called differently, and so is the way to add a user.
    fn packages(self) -> Packages {
        match self {
            Variant::Full => Packages::apt(["tini", "build-essential", "libpq-dev"]),
            Variant::Slim => Packages::apt(["tini", "libpq5"]),
            Variant::Alpine => Packages::apk(["tini", "libpq"]),
        }
    }

    fn non_root(self) -> Fragment {
        let add = match self {
            Variant::Full | Variant::Slim => "useradd --system --uid 10001 --create-home app",
            Variant::Alpine => "adduser -S -u 10001 app",
        };
        Fragment::new("non-root", |stage| stage.run(add).user("app"))
    }
}

/// The files by name.
pub fn dockerfiles() -> Vec<(String, Dockerfile)> {
    let mut files = Vec::new();
    for python in ["3.12", "3.13", "3.14"] {
        for variant in [Variant::Full, Variant::Slim, Variant::Alpine] {
            for arch in ["amd64", "arm64v8"] {
                let name = format!("python{python}-{}-{arch}", variant.name());
                files.push((name, dockerfile(python, variant, arch)));
            }
        }
    }
    files
}

fn dockerfile(python: &str, variant: Variant, arch: &str) -> Dockerfile {
    let mut file = Dockerfile::new();
    file.set_syntax("docker/dockerfile:1");
    let pip =
        Mount::cache("/root/.cache/pip").id(format!("pip-{python}-{}-{arch}", variant.name()));
    let image = Stage::new(variant.image(python, arch));

    let deps = file.stage(
        "deps",
        image
            .clone()
            // What has no wheels for Alpine is compiled.
            .when(variant == Variant::Alpine, |stage| {
                stage.install(Packages::apk(["build-base", "libpq-dev"]))
            })
            .workdir("/src")
            .copy("requirements.txt", "./")
            .run(Run::new("pip install --prefix=/deps -r requirements.txt").mount(pip)),
    );

    file.stage(
        "runtime",
        image
            .install(variant.packages())
            .instruction(Copy::new("/deps", "/usr/local").with_from(&deps).link())
            .workdir("/app")
            .copy(".", ".")
            .fragment(variant.non_root())
            .entrypoint(["tini", "--", "python", "-m", "acme"]),
    );
    file
}

//! Cache mounts: what empties them, where tools keep what they keep, what apt does.

use super::{fires, found};
use multistage::{Parsed, check::Checker};

/// Whether a rule fires on a RUN of an image.
fn on(rule: &str, image: &str, run: &str) -> bool {
    fires(rule, &format!("FROM {image}\n{run}\nUSER 1\n"))
}

#[test]
fn caches_that_their_run_empties() {
    let fires = |run: &str| on("emptied-cache-mount", "debian:12", run);
    for (target, command) in [
        ("/var/cache/yum", "yum install -y less && yum clean all"),
        ("/var/cache/dnf", "dnf -y clean all"),
        (
            "/var/cache/dnf",
            "microdnf install less; microdnf clean all",
        ),
        ("/var/cache/apt", "apt-get install -y less && apt-get clean"),
        ("/var/cache/apt/archives", "apt-get clean"),
        ("/var/cache/apt", "a && rm -rf /var/cache/apt/*"),
        ("/var/cache/apt", "rm -f /var/cache/apt/archives/*.deb"),
        ("/var/lib/apt", "rm -rf /var/lib/apt/lists/*"),
        ("/root/.npm", "npm ci && npm cache clean --force"),
        ("/root/.npm", "npm ci && rm -rf ~/.npm"),
        ("/root/.cache/pip", "pip cache purge"),
        ("/root/.cache/pip", "pip install x && rm -rf /root/.cache"),
        ("/go/pkg/mod", "go clean -modcache"),
        ("/x/", "<<E\na\nrm -r /x\nE"),
    ] {
        let run = format!("RUN --mount=type=cache,target={target} {command}");
        assert!(fires(&run), "{run}");
    }
    for (mount, command) in [
        ("type=cache,target=/var/cache/yum", "yum install -y less"),
        (
            "type=cache,target=/var/cache/apt",
            "rm -rf /var/lib/apt/lists/*",
        ),
        (
            "type=cache,target=/var/cache/apt",
            "rm -f /etc/apt/apt.conf.d/docker-clean",
        ),
        ("type=cache,target=/root/.cache", "rm -rf /root/.cache/x"),
        ("type=cache,target=/root/.npm", "rm -rf node_modules /tmp/*"),
        ("type=cache,target=/go/pkg/mod", "go clean -cache"),
        ("type=cache,target=/x", "echo rm -rf /x"),
        ("type=cache,target=/x", "rm -rf $X /xy x"),
        ("type=tmpfs,target=/x", "rm -rf /x"),
        ("type=bind,target=/var/cache/yum", "yum clean all"),
    ] {
        let run = format!("RUN --mount={mount} {command}");
        assert!(!fires(&run), "{run}");
    }
    // Another RUN, and another home.
    assert!(!fires("RUN --mount=type=cache,target=/x a\nRUN rm -rf /x"));
    assert!(!fires(
        "USER app\nRUN --mount=type=cache,target=/root/.npm rm -rf ~/.npm"
    ));
}

#[test]
fn caches_that_are_elsewhere() {
    let fires = |image: &str, run: &str| on("misplaced-cache-mount", image, run);
    for (image, target, command) in [
        ("golang:1.25", "/go/mod/pkg", "go install example.com/a@v1"),
        ("golang:1.25", "/root/go/pkg/mod", "go build ."),
        ("golang:1.25", "/go/pkg/mod", "GOMODCACHE=/m go build ."),
        ("golang:1.25", "/go-build", "go build ."),
        (
            "golang:1.25",
            "/tmp/.cache",
            "GOCACHE=/tmp/gocache go test ./...",
        ),
        ("rust:1.85", "/root/.cargo/registry", "cargo build"),
        ("node:22", "/home/node/.npm", "npm ci"),
        (
            "python:3.13",
            "/home/app/.cache/pip",
            "python3 -m pip install a",
        ),
        ("ubuntu:24.04", "/go/pkg/mod", "go build ."),
        ("ubuntu:24.04", "/home/app/.cache/uv", "uv sync"),
    ] {
        let run = format!("RUN --mount=type=cache,target={target} {command}");
        assert!(fires(image, &run), "{image} {run}");
    }
    assert!(fires(
        "node:22",
        "USER node\nRUN --mount=type=cache,target=/root/.npm npm ci"
    ));
    assert!(fires(
        "rust:1.85",
        "ENV CARGO_HOME=/c\nRUN --mount=type=cache,target=/usr/local/cargo/registry cargo build"
    ));
    for (image, target, command) in [
        ("golang:1.25", "/go/pkg/mod", "go build ."),
        ("golang:1.25", "/go/pkg", "go build ."),
        ("golang:1.25", "/go/pkg/mod/cache", "go build ."),
        ("golang:1.25", "/root/.cache/go-build", "go build ."),
        ("golang:1.25", "/root/.cache", "go build ."),
        ("golang:1.25", "/root/go/pkg/mod", "make"),
        (
            "golang:1.25",
            "/root/go/pkg/mod",
            "export GOPATH=/root/go && go build .",
        ),
        (
            "golang:1.25",
            "/root/go/pkg/mod",
            "GOPATH=/root/go go build .",
        ),
        ("golang:1.25", "/root/go/pkg/mod", ". /env && go build ."),
        (
            "golang:1.25",
            "/root/go/pkg/mod",
            "go env -w GOPATH=/root/go; go build .",
        ),
        (
            "golang:1.25",
            "/tmp/.cache",
            "GOCACHE=/tmp/gocache go test ./... && golangci-lint run",
        ),
        ("golang:1.25", "/tmp", "GOCACHE=/tmp/gocache go test ./..."),
        ("example.com/go:1", "/root/go/pkg/mod", "go build ."),
        ("rust:1.85", "/usr/local/cargo/git", "cargo build"),
        ("rust:1.85", "/src/target", "cargo build"),
        ("node:22", "/root/.npm", "npm ci"),
        (
            "node:22",
            "/home/node/.npm",
            "npm config set cache /home/node/.npm && npm ci",
        ),
        ("node:22", "/x/.npm", "npm ci --cache /x/.npm"),
        ("node:22", "/root/.cache/yarn", "yarn"),
    ] {
        let run = format!("RUN --mount=type=cache,target={target} {command}");
        assert!(!fires(image, &run), "{image} {run}");
    }
    for run in [
        "ENV GOPATH=/root/go\nRUN --mount=type=cache,target=/root/go/pkg/mod go build .",
        "ENV HOME=/h\nRUN --mount=type=cache,target=/h/.npm npm ci",
        "USER app\nRUN --mount=type=cache,target=/root/.npm npm ci",
        "RUN npm config set cache /c/.npm\nRUN --mount=type=cache,target=/c/.npm npm ci",
        "RUN --mount=type=cache,target=/tmp/x --mount=type=cache,target=/tmp/gocache GOCACHE=/tmp/gocache go build .",
    ] {
        assert!(!fires("golang:1.25", run), "{run}");
    }
}

#[test]
fn caches_that_apt_shares_or_deletes() {
    let unlocked = |run: &str| on("unlocked-apt-cache", "debian:12", run);
    let emptied = |image: &str, run: &str| on("emptied-apt-cache", image, run);
    const CACHE: &str = "--mount=type=cache,target=/var/cache/apt";
    const INSTALL: &str = "apt-get update && apt-get install -y curl";
    assert!(unlocked(&format!("RUN {CACHE} {INSTALL}")));
    assert!(unlocked(&format!("RUN {CACHE},sharing=shared {INSTALL}")));
    assert!(unlocked(&format!("RUN {CACHE}/archives {INSTALL}")));
    assert!(unlocked(
        "RUN --mount=type=cache,target=/var/lib/apt apt update"
    ));
    assert!(!unlocked(&format!("RUN {CACHE},sharing=locked {INSTALL}")));
    assert!(!unlocked(&format!("RUN {CACHE},sharing=private {INSTALL}")));
    assert!(!unlocked(&format!("RUN {CACHE} ls /var/cache/apt")));
    assert!(!unlocked(&format!(
        "RUN --mount=type=cache,target=/var/cache/apk {INSTALL}"
    )));
    assert!(!unlocked(&format!(
        "RUN --mount=type=bind,target=/var/cache/apt {INSTALL}"
    )));

    for image in ["debian:12", "ubuntu:24.04", "node:22-slim", "python:3.13"] {
        assert!(
            emptied(image, &format!("RUN {CACHE},sharing=locked {INSTALL}")),
            "{image}"
        );
    }
    let kept = "rm -f /etc/apt/apt.conf.d/docker-clean";
    for run in [
        format!("RUN {CACHE},sharing=locked {kept}; {INSTALL}"),
        format!("RUN {kept}\nRUN a\nRUN {CACHE},sharing=locked {INSTALL}"),
        format!("COPY apt.conf /etc/apt/apt.conf.d/\nRUN {CACHE},sharing=locked {INSTALL}"),
        format!("RUN {CACHE},sharing=locked apt-get update"),
        format!("RUN --mount=type=cache,target=/var/lib/apt,sharing=locked {INSTALL}"),
    ] {
        assert!(!emptied("debian:12", &run), "{run}");
    }
    assert!(!emptied(
        "example.com/debian:12",
        &format!("RUN {CACHE},sharing=locked {INSTALL}")
    ));
    // What follows does not count, and what the base of the stage did does.
    let late = format!("RUN {CACHE},sharing=locked {INSTALL}\nRUN {kept}");
    assert!(emptied("debian:12", &late));
    let below =
        format!("FROM debian:12 AS a\nRUN {kept}\nFROM a\nRUN {CACHE},sharing=locked {INSTALL}\n");
    assert_eq!(found(&below), [""; 0]);
}

#[test]
fn the_edits_of_cache_mounts() {
    let fixed = |text: &str| Parsed::new(text).check(&Checker::new()).fixed();
    let head = "FROM debian:12\nRUN rm -f /etc/apt/apt.conf.d/docker-clean\nRUN --mount=type=cache";
    let tail = "apt-get update\n";
    let locked = format!("{head},target=/var/lib/apt,sharing=locked {tail}");
    assert_eq!(fixed(&format!("{head},target=/var/lib/apt {tail}")), locked);
    assert_eq!(
        fixed(&format!("{head},target=/var/lib/apt,sharing=shared {tail}")),
        locked
    );
    let mount = |target: &str| {
        format!("FROM rust:1.85\nRUN --mount=type=cache,target={target} cargo fetch\n")
    };
    assert_eq!(
        fixed(&mount("/root/.cargo/registry")),
        mount("/usr/local/cargo/registry")
    );
    assert_eq!(
        fixed(&mount("/usr/local/cargo/registry")),
        mount("/usr/local/cargo/registry")
    );
}

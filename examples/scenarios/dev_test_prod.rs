//! One file for development, tests, their report, and production.

use multistage::instruction::{Mount, Run};
use multistage::{Dockerfile, Stage};

/// Installs the packages that a file of requirements lists.
fn pip_install(stage: Stage, requirements: &str) -> Stage {
    let path = format!("/tmp/{requirements}");
    stage.run(
        Run::new(format!("pip install -r {path}"))
            .mount(Mount::cache("/root/.cache/pip").id("pip"))
            .mount(Mount::bind(path).source(requirements)),
    )
}

pub fn dockerfile() -> Dockerfile {
    let mut file = Dockerfile::new();
    file.set_syntax("docker/dockerfile:1");

    let base = file.stage(
        "base",
        Stage::new("python:3.13-slim-bookworm")
            .env("PYTHONUNBUFFERED", "1")
            .workdir("/app")
            .apply(|stage| pip_install(stage, "requirements.txt")),
    );
    let dev_deps = file.stage(
        "dev-deps",
        pip_install(Stage::new(&base), "requirements-dev.txt"),
    );

    let debugger = ["python", "-m", "debugpy", "--listen", "0.0.0.0:5678"];
    let server = ["manage.py", "runserver", "0.0.0.0:8000"];
    let dev = file.stage(
        "dev",
        Stage::new(&dev_deps)
            .describe("runs the server under a debugger")
            .volume("/app")
            .expose([8000, 5678])
            .cmd([&debugger[..], &server[..]].concat()),
    );

    let test = file.stage(
        "test",
        Stage::new(&dev_deps)
            .describe("runs the test suite")
            .copy(".", ".")
            .run(Run::chain([
                "mkdir -p /reports",
                "pytest --junitxml=/reports/junit.xml",
            ])),
    );

    let report = file.stage(
        "test-report",
        Stage::new("scratch")
            .describe("holds the JUnit files, for --output")
            .copy_from(&test, "/reports/", "/"),
    );

    file.stage(
        "prod",
        Stage::new(&base)
            .describe("is the production image")
            .copy(".", ".")
            .run("python manage.py collectstatic --noinput")
            .user("10001:10001")
            .expose(8000)
            .cmd(["gunicorn", "acme.wsgi", "--bind", "0.0.0.0:8000"]),
    );
    file.target(dev).target(test).target(report);
    file
}

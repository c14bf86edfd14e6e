//! Python with uv: the tool comes from its image, the virtual environment is all that the runtime
//! gets.

use multistage::instruction::{Copy, Env, Mount, Run};
use multistage::{Dockerfile, Stage, expr};

const PYTHON: &str = "python:3.13-slim-bookworm";

pub fn dockerfile() -> Dockerfile {
    let mut file = Dockerfile::new();
    file.set_syntax("docker/dockerfile:1");
    let uv = file.stage("uv", Stage::new("ghcr.io/astral-sh/uv:0.9.26"));

    let builder = file.stage(
        "builder",
        Stage::new(PYTHON)
            .copy_from(&uv, ["/uv", "/uvx"], "/usr/local/bin/")
            .envs([
                ("UV_COMPILE_BYTECODE", "1"),
                ("UV_LINK_MODE", "copy"),
                ("UV_PYTHON_DOWNLOADS", "never"),
            ])
            .workdir("/app")
            .with_mounts([Mount::cache("/root/.cache/uv").id("uv")], |stage| {
                let bind = |path: &str| Mount::bind(path).source(path);
                stage
                    .run(
                        Run::new("uv sync --locked --no-install-project --no-dev")
                            .mounts(["uv.lock", "pyproject.toml"].map(bind)),
                    )
                    .copy(".", ".")
                    .run("uv sync --locked --no-dev --no-editable")
            }),
    );

    file.stage(
        "runtime",
        Stage::new(PYTHON)
            .run("useradd --system --uid 10001 --create-home app")
            .instruction(
                Copy::new("/app/.venv", "/app/.venv")
                    .with_from(&builder)
                    .chown("app:app"),
            )
            .instruction(
                Env::new("PATH", expr("/app/.venv/bin:$PATH")).and("PYTHONUNBUFFERED", "1"),
            )
            .user("app")
            .expose(8000)
            .cmd([
                "uvicorn",
                "acme.main:app",
                "--host",
                "0.0.0.0",
                "--port",
                "8000",
            ]),
    );
    file
}

//! Values that break out of text that was pasted together: each comes out as it is.

use multistage::instruction::{Env, inline};
use multistage::{Dockerfile, Stage, expr, literal};

const ALPINE: &str =
    "alpine@sha256:a8560b36e8b8210634f77d9f7f9efd7ffa463e380b75e2e74aff4511df3ef88c";

pub fn dockerfile() -> Dockerfile {
    let mut file = Dockerfile::new();
    file.set_syntax("docker/dockerfile:1");
    let docs = file.context("docs-site");

    let assets = file.stage(
        "assets",
        Stage::new("alpine:3.21")
            .copy_from(&docs, "/", "/docs/")
            .copy_from(&docs, "/read me.txt", "/docs/read me.txt")
            .copy(
                inline("EOF\nthis line is not the end, and $HOME stays literal\n"),
                "/docs/notes.txt",
            ),
    );

    file.stage(
        "runtime",
        Stage::new(ALPINE)
            .instruction(
                Env::new("GREETING", r#"say "hi""#)
                    .and("PRICE", literal("$5 off"))
                    .and("WINPATH", r"C:\tools")
                    .and("PATH", expr("/opt/bin:$PATH")),
            )
            .label("com.example.note", "a 'quoted' note")
            .copy_from(&assets, "/docs/", "/usr/share/docs/")
            .cmd(["printf", "C:\\new\\table é \"q\" $HOME\n"]),
    );
    file
}

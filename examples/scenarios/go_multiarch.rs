//! Go for many architectures: the compiler runs where the build runs, and compiles for the target.

use multistage::args::{TARGETARCH, TARGETOS};
use multistage::instruction::{Copy, Label, Mount, Port, Run};
use multistage::{ArgName, Dockerfile, Platform, Stage, labels};

pub fn dockerfile() -> Dockerfile {
    let mut file = Dockerfile::new();
    file.set_syntax("docker/dockerfile:1");
    let go = file.arg(("GO_VERSION", "1.24"));
    let version = ArgName::new("VERSION");
    let ldflags = format!("\"-s -w -X main.version={version}\"");
    let modules = Mount::cache("/go/pkg/mod").id("gomod");

    let build = file.stage(
        "build",
        Stage::new(format!("golang:{go}-bookworm"))
            .platform(Platform::build())
            .workdir("/src")
            .with_mounts([modules], |stage| {
                stage
                    .run(
                        Run::new("go mod download").mounts(
                            ["go.mod", "go.sum"].map(|path| Mount::bind(path).source(path)),
                        ),
                    )
                    .arg(TARGETOS)
                    .arg(TARGETARCH)
                    .arg((&version, "dev"))
                    .run(
                        Run::lines([
                            format!("CGO_ENABLED=0 GOOS={TARGETOS} GOARCH={TARGETARCH}"),
                            format!(
                                "go build -trimpath -ldflags {ldflags} -o /out/server ./cmd/server"
                            ),
                        ])
                        .mount(Mount::cache("/root/.cache/go-build").id_per_arch("gobuild"))
                        .mount(Mount::bind(".")),
                    )
            }),
    );

    file.stage(
        "runtime",
        Stage::new("gcr.io/distroless/static-debian12:nonroot")
            .arg((&version, "dev"))
            .instruction(
                Label::new(labels::VERSION, &version)
                    .and(labels::SOURCE, "https://example.com/acme/server"),
            )
            .instruction(Copy::new("/out/server", "/server").with_from(&build).link())
            .expose(Port::tcp(8080))
            .user("65532:65532")
            .entrypoint(["/server"]),
    );
    file
}

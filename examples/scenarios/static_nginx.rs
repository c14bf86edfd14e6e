//! A static site served by nginx, whose configuration is in the Dockerfile.

use multistage::instruction::{Copy, Mount, Run, inline};
use multistage::{Dockerfile, Stage};

const CONFIGURATION: &str = "\
server {
    listen 8080;
    root /usr/share/nginx/html;
    location / {
        try_files $uri $uri/ /index.html;
    }
    location /assets/ {
        add_header Cache-Control \"public, max-age=31536000, immutable\";
    }
}
";

pub fn dockerfile() -> Dockerfile {
    let mut file = Dockerfile::new();
    file.set_syntax("docker/dockerfile:1");

    let build = file.stage(
        "build",
        Stage::new("node:22-alpine")
            .workdir("/site")
            .copy(["package.json", "package-lock.json"], "./")
            .run(Run::new("npm ci").mount(Mount::cache("/root/.npm").id("npm")))
            .copy(".", ".")
            .run("npm run build"),
    );

    file.stage(
        "runtime",
        Stage::new("nginxinc/nginx-unprivileged:1.27-alpine")
            .copy(inline(CONFIGURATION), "/etc/nginx/conf.d/default.conf")
            .instruction(
                Copy::new("/site/dist", "/usr/share/nginx/html")
                    .with_from(&build)
                    .link(),
            )
            .expose(8080),
    );
    file
}

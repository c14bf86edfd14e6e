//! Edits by position: stages without a name, and stages of which the caller knows the index.

use std::cmp::Ordering;

use crate::model::{Dockerfile, Origin, Stage};
use crate::reference::{Image, Source};

impl Dockerfile {
    /// Inserts a stage so that it has this index. References by number follow. An index past the
    /// end appends.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine"));
    /// file.insert_at(0, Stage::new("busybox"));
    /// assert_eq!(file.render()?, "FROM busybox\n\nFROM alpine\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[track_caller]
    pub fn insert_at(&mut self, index: usize, mut stage: Stage) {
        stage.origin = Origin::caller();
        self.insert(index, stage);
    }

    /// Removes the stage with this index and returns it; `None` if the file has fewer stages.
    /// References by number to later stages follow; a reference to the removed stage stays and is
    /// reported when the file is rendered.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("busybox"));
    /// file.push(Stage::new("alpine"));
    /// let removed = file.remove_at(0).expect("there are two");
    /// assert_eq!(removed.base().to_string(), "busybox");
    /// assert_eq!(file.render()?, "FROM alpine\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn remove_at(&mut self, index: usize) -> Option<Stage> {
        self.beside.lookup.forget();
        let name = self.stages.get(index)?.name().cloned();
        self.renumber(|other| match other.cmp(&index) {
            Ordering::Less => Source::Index(other),
            // The number is that of the next stage from now on, the name that of none.
            Ordering::Equal => name.clone().map_or(Source::NOWHERE, Source::Stage),
            Ordering::Greater => Source::Index(other - 1),
        });
        self.beside.removed.extend(name);
        Some(self.stages.remove(index))
    }

    /// Replaces every image for which the function returns another one: the frontend of `#
    /// syntax=`, in FROM, `--from` and mounts, those of triggers too. Returns the number of
    /// replaced images.
    ///
    /// These are the images that `Dockerfile::images` lists, and what a declared context replaces.
    /// A frontend is not replaced by an expression.
    ///
    /// ```
    /// use multistage::{Dockerfile, Image, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("node:22").copy_from(Image::new("busybox:1.37"), "/bin/sh", "/bin/"));
    /// let count = file.replace_images(|image| Some(Image::new(format!("mirror.example.com/{}",
    ///     image.as_literal()?))));
    /// assert_eq!(count, 2);
    /// assert_eq!(file.render()?, "\
    /// FROM mirror.example.com/node:22
    /// COPY --from=mirror.example.com/busybox:1.37 /bin/sh /bin/
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn replace_images(&mut self, mut replace: impl FnMut(&Image) -> Option<Image>) -> usize {
        let mut count = 0;
        let frontend = self.syntax.as_deref().and_then(|text| text.parse().ok());
        if let Some(other) = frontend.and_then(|frontend: Image| replace(&frontend)) {
            if let Some(text) = other.as_literal() {
                self.syntax = Some(text.into());
                count += 1;
            }
        }
        self.each_source(|_, source| {
            if let Source::Image(image) = source {
                if let Some(other) = replace(image) {
                    *image = other;
                    count += 1;
                }
            }
        });
        count
    }
}

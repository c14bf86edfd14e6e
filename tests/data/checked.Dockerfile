from node:22 as Build
WORKDIR app
ENV VERSION 1
COPY a b /srv
RUN echo $CACHE

FROM scratch
COPY --from=biuld /app/dist /
EXPOSE 8080/TCP
CMD node $VERSION

# Clearprop on the command line, from its wheel: no compiler and no rights in the image that runs.
#
#   docker build --tag clearprop .
#   docker run --rm --user "$(id -u)" --volume "$PWD:/data" clearprop train digits
FROM python:3.12-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends g++
COPY . /src
# A failed build of the core ends here. Without this setting it would end as an image that runs on NumPy.
RUN CLEARPROP_RELEASE=1 pip wheel --no-deps --wheel-dir /wheels /src

FROM python:3.12-slim
ARG EXTRAS=figures
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir "$(echo /wheels/*.whl)[$EXTRAS]"
RUN useradd --create-home clearprop
USER clearprop
WORKDIR /data
ENTRYPOINT ["clearprop"]
CMD ["--help"]

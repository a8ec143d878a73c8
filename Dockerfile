# syntax=docker/dockerfile:1
# The app in a container: docker build -t gmm-explorer . && docker run --rm -p 8501:8501 gmm-explorer
# Stricter:  docker run --rm --read-only --tmpfs /tmp --cap-drop ALL -p 8501:8501 gmm-explorer

# A tag can be moved to another image. Its digest, which cannot, is not known here; this looks it up and builds with it:
#   docker build -t gmm-explorer --build-arg PYTHON_IMAGE=python:3.13.9-slim-bookworm@$(docker buildx imagetools \
#     inspect python:3.13.9-slim-bookworm --format '{{.Manifest.Digest}}') .
ARG PYTHON_IMAGE=python:3.13.9-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
WORKDIR /app
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.txt ./
RUN /opt/venv/bin/python -m pip install --quiet --only-binary :all: --require-hashes \
    --requirement requirements.txt
COPY .streamlit ./.streamlit
COPY static ./static
COPY gmm_core ./gmm_core
COPY serving ./serving
COPY ui ./ui
COPY pages ./pages
COPY lessons ./lessons
COPY app.py server.py ./
# All bytecode is made here: the root file system of the running container may be read-only. So is the machine code of
# the kernel, for the processor that builds the image; on another the app makes its own in the background, in /tmp.
RUN /opt/venv/bin/python -m ui.chart.plotly_javascript \
 && /opt/venv/bin/python -m compileall -q -j 0 gmm_core ui serving server.py \
 && /opt/venv/bin/python -m gmm_core.engines.numba

FROM ${PYTHON_IMAGE}
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONMALLOC=malloc \
    HOME=/tmp \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_HEADLESS=true
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-m", "serving.health"]
CMD ["python", "-m", "streamlit", "run", "server.py"]

"""编译 textperf/extract/_native.pyx：有 C 编译器时装上快的一份，没有时照样装得上，由 Python 做同样的事。

python hatch_build.py        # 改过源文件后就地重编（make native）；要先装 cython 和 setuptools
"""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
FOLDER = ROOT / "textperf" / "extract"

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # 直接运行本文件时不需要
    BuildHookInterface = object


def compile_native() -> None:
    """编译到源文件旁边；编译不了时抛出异常。"""
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension

    spec = importlib.util.spec_from_file_location("native", FOLDER / "native.py")
    native = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(native)
    with tempfile.TemporaryDirectory() as temporary:
        before = os.getcwd()
        os.chdir(ROOT)
        try:
            extension = Extension(
                "textperf.extract._native",
                ["textperf/extract/_native.pyx"],
                extra_compile_args=["-g0"] if os.name == "posix" else [],
                define_macros=[("TEXTPERF_SOURCES", f'"{native.fingerprint(FOLDER)}"')],
            )
            distribution = Distribution({"ext_modules": cythonize([extension], build_dir=temporary, quiet=True)})
            command = distribution.get_command_obj("build_ext")
            command.inplace, command.build_temp, command.force = True, temporary, True
            distribution.run_command("build_ext")
        finally:
            os.chdir(before)


class CustomBuildHook(BuildHookInterface):
    """hatch 的编译钩子。"""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if os.environ.get("TEXTPERF_PURE"):
            return
        try:
            compile_native()
        except (Exception, SystemExit) as e:  # 没有编译器、没有 Python 头文件：不编译也能用
            self.app.display_warning(f"没有编译加速模块（{type(e).__name__}: {e}），提取会慢一些，结果相同")
            return
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        build_data["artifacts"] += ["textperf/extract/_native*.so", "textperf/extract/_native*.pyd"]


if __name__ == "__main__":
    sys.exit(compile_native())

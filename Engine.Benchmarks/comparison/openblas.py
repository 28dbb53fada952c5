"""Times OpenBLAS alone, through its C interface: openblas.py LIBRARY M,N,K... Prints median milliseconds as a JSON object. Threads by OPENBLAS_NUM_THREADS."""
import ctypes, json, random, statistics, sys, time

ROW_MAJOR, NO_TRANSPOSE = 101, 111
SECONDS, WARM_UP, LEAST = 1.0, 0.3, 7


def main(library, sizes):
    sgemm = ctypes.CDLL(library).cblas_sgemm
    number, size, array = ctypes.c_float, ctypes.c_int, ctypes.POINTER(ctypes.c_float)
    sgemm.argtypes = [size, size, size, size, size, size, number, array, size, array, size, number, array, size]
    sgemm.restype = None
    result = {}
    for text in sizes:
        m, n, k = map(int, text.split(","))
        a, b, c = ((number * count)(*(random.uniform(-1, 1) for _ in range(count))) for count in (m * k, k * n, m * n))

        def multiply():
            before = time.perf_counter()
            sgemm(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, m, n, k, 1.0, a, k, b, n, 0.0, c, n)
            return (time.perf_counter() - before) * 1e3

        end = time.perf_counter() + WARM_UP
        while time.perf_counter() < end:
            multiply()
        times, end = [], time.perf_counter() + SECONDS
        while len(times) < LEAST or time.perf_counter() < end:
            times.append(multiply())
        result[f"gemm {m} x {n} x {k}"] = statistics.median(times)
    print(json.dumps(result))


main(sys.argv[1], sys.argv[2:])

module io.drover/benchmarks/connect

go 1.24

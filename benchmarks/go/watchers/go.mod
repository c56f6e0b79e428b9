module io.drover/benchmarks/watchers

go 1.25

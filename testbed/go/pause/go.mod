module io.drover/testbed/pause

go 1.24.0

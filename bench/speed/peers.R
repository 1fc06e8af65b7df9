# Times R's forecast, one series at a time, on one thread: time of the processor.
# peers.R INPUT HORIZON SEASON: as peers.py.
words <- commandArgs(trailingOnly = TRUE)
suppressPackageStartupMessages(library(forecast))
horizon <- as.integer(words[2])
season <- as.integer(words[3])
series <- lapply(strsplit(readLines(words[1]), ","), function(cells) ts(as.numeric(cells), frequency = season))
models <- list(
  ets = function(y) forecast(ets(y), h = horizon)$mean,
  theta = function(y) thetaf(y, h = horizon)$mean,
  arima = function(y) forecast(auto.arima(y), h = horizon)$mean
)
message("R forecast ", as.character(packageVersion("forecast")))
for (name in names(models)) {
  invisible(models[[name]](series[[1]]))
  for (i in seq_along(series)) {
    began <- proc.time()
    mean <- models[[name]](series[[i]])
    spent <- sum((proc.time() - began)[c("user.self", "sys.self")]) * 1000
    cat(name, i - 1, spent, as.numeric(mean), sep = ",")
    cat("\n")
  }
}

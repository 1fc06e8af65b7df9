# Dynamic regression of R's forecast beside `auto` on weekly avocados: ARIMA errors, logarithms, the price known in advance.
# Run: Rscript bench/accuracy/price-peer.R ../shared/data/avocado_weekly/avocado_long.csv.gz
suppressMessages(library(forecast))
rows <- read.csv(gzfile(commandArgs(TRUE)[1]))
horizon <- 13
scores <- lapply(split(rows, paste(rows$region, rows$type)), function(own) {
  week <- as.integer(as.Date(own$Date)) %/% 7
  at <- week - min(week) + 1
  n <- max(at)
  y <- rep(NA_real_, n); y[at] <- own$Total.Volume
  price <- rep(NA_real_, n); price[at] <- own$AveragePrice
  # R cannot do without a price: that of the week before stands in.
  for (t in seq_len(n)) if (is.na(price[t])) price[t] <- price[t - 1]
  known <- seq_len(n - horizon)
  train <- ts(log(y[known]), frequency = 52.18)
  year <- cbind(log(price[known]), fourier(train, K = 3))
  ahead <- cbind(log(price[-known]), fourier(train, K = 3, h = horizon))
  actual <- y[-known]
  scale <- mean(abs(diff(y[known])), na.rm = TRUE)
  levels <- seq(0.1, 0.9, 0.1)
  score <- function(fitted, ...) {
    said <- forecast(fitted, h = horizon, level = c(20, 40, 60, 80), ...)
    q <- exp(cbind(said$lower[, 4:1], said$mean, said$upper[, 1:4]))
    pinball <- sapply(seq_along(levels), function(i) {
      e <- actual - q[, i]
      mean(pmax(levels[i] * e, (levels[i] - 1) * e), na.rm = TRUE)
    })
    c(mase = mean(abs(actual - q[, 5]), na.rm = TRUE) / scale, sql = 2 * mean(pinball) / scale)
  }
  c(
    told = score(auto.arima(train, xreg = year, seasonal = FALSE), xreg = ahead),
    not = score(auto.arima(train, xreg = year[, -1], seasonal = FALSE), xreg = ahead[, -1]),
    ets = score(ets(ts(log(y[known]))))
  )
})
print(round(colMeans(do.call(rbind, scores)), 4))

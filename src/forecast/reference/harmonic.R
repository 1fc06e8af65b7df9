# Writes harmonic.json: regressions on a trend and harmonics with errors of AR(1), which the engine is checked against.
#
# Run: Rscript harmonic.R > harmonic.json
library(jsonlite)

set.seed(9)
weeks <- 365.25 / 7
at <- 0:84
wander <- as.numeric(arima.sim(list(ar = 0.7), 85, sd = 12))
series <- list(
  summer = list(period = weeks, y = 200 + 0.4 * at + 60 * cos(2 * pi * at / weeks - 2) + wander),
  quiet = list(period = weeks, y = 150 + wander),
  AirPassengers = list(period = 12, y = as.numeric(AirPassengers)[1:23]),
  USAccDeaths = list(period = 12, y = as.numeric(USAccDeaths)[1:30]),
  UKDriverDeaths = list(period = 12, y = as.numeric(UKDriverDeaths)[1:40])
)

regress <- function(y, period, harmonics) {
  t <- seq_along(y) - 1
  columns <- cbind(t)
  for (k in seq_len(harmonics)) columns <- cbind(columns, cos(2 * pi * k * t / period), sin(2 * pi * k * t / period))
  colnames(columns) <- paste0("x", seq_len(ncol(columns)))
  fit <- arima(
    y,
    order = c(1, 0, 0), xreg = columns, method = "ML",
    optim.control = list(reltol = 1e-15, maxit = 5000)
  )
  weights <- as.numeric(coef(fit)[-(1:3)])
  list(harmonics = harmonics, phi = unname(coef(fit)["ar1"]), weights = as.list(weights), loglik = fit$loglik)
}

result <- lapply(series, function(one) {
  regressions <- lapply(0:3, function(harmonics) regress(one$y, one$period, harmonics))
  c(one, list(regressions = regressions))
})
cat(toJSON(list(tool = paste("R", getRversion(), "stats::arima"), series = result), auto_unbox = TRUE, digits = 12))
cat("\n")

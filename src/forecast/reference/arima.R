# Writes arima.json: likelihoods, automatic choices and decompositions of R that the engine is checked against.
#
# Run: Rscript arima.R > arima.json
suppressMessages(library(forecast))
library(jsonlite)

h <- 8
series <- list(
  AirPassengers = AirPassengers, USAccDeaths = USAccDeaths, Nile = Nile, WWWusage = WWWusage,
  UKgas = UKgas, lynx = lynx, wineind = ts(c(wineind), frequency = 12)
)

# One fixed form, fitted by exact maximum likelihood: what R's coefficients give.
form_of <- function(y, order, seasonal, constant) {
  fit <- tryCatch(
    Arima(y, order = order, seasonal = seasonal, include.constant = constant, method = "ML"),
    error = function(e) NULL
  )
  if (is.null(fit)) return(NULL)
  f <- forecast(fit, h = h, level = 80)
  list(
    order = order, seasonal = seasonal, constant = constant, coef = as.list(coef(fit)),
    loglik = fit$loglik, aicc = fit$aicc, sigma2 = fit$sigma2,
    mean = as.numeric(f$mean), upper80 = as.numeric(f$upper)
  )
}

forms_of <- function(y) {
  m <- frequency(y)
  none <- c(0, 0, 0)
  plain <- list(
    form_of(y, c(1, 0, 0), none, TRUE), form_of(y, c(2, 0, 1), none, TRUE),
    form_of(y, c(0, 1, 1), none, FALSE), form_of(y, c(1, 1, 2), none, TRUE), form_of(y, c(0, 2, 2), none, FALSE)
  )
  seasonal <- if (m > 1) list(
    form_of(y, c(0, 1, 1), c(0, 1, 1), FALSE), form_of(y, c(1, 0, 0), c(1, 1, 0), TRUE),
    form_of(y, c(1, 0, 1), c(1, 0, 1), TRUE)
  )
  Filter(Negate(is.null), c(plain, seasonal))
}

result <- lapply(series, function(y) {
  m <- frequency(y)
  auto <- auto.arima(y, approximation = FALSE)
  D <- if (m > 1) nsdiffs(y) else 0
  logs <- auto.arima(y, approximation = FALSE, lambda = 0)
  list(
    m = m, y = as.numeric(y), forms = forms_of(y),
    auto = list(form = as.character(auto), aicc = auto$aicc, mean = as.numeric(forecast(auto, h = h)$mean)),
    logs = list(form = as.character(logs), aicc = logs$aicc, mean = as.numeric(forecast(logs, h = h)$mean)),
    D = D, d = ndiffs(if (D > 0) diff(y, lag = m) else y),
    stl = if (m > 1) lapply(list(moving = 11, periodic = "periodic"), function(window) {
      parts <- stl(y, s.window = window)$time.series
      list(seasonal = as.numeric(parts[, 1]), trend = as.numeric(parts[, 2]))
    })
  )
})
set.seed(7)
hours <- 100 + rep(10 * sin(2 * pi * (1:24) / 24), 20) + rep(8 * rnorm(168), length.out = 480) + rnorm(480)
parts <- mstl(msts(hours, seasonal.periods = c(24, 168)))
several <- list(y = hours, seasonal24 = as.numeric(parts[, "Seasonal24"]), seasonal168 = as.numeric(parts[, "Seasonal168"]))

# Seasons and levels that wander: the conditional estimate of many forms lies at a unit root, the exact one does not.
set.seed(11)
wandering <- lapply(1:24, function(i) {
  e <- rnorm(166)
  x <- numeric(166)
  for (t in 14:166) {
    x[t] <- 0.3 * x[t - 1] + 0.9 * x[t - 12] - 0.27 * x[t - 13] +
      e[t] - 0.85 * e[t - 1] - 0.55 * e[t - 12] + 0.4675 * e[t - 13]
  }
  y <- ts(round(500 + 20 * cumsum(x[41:166]), 1), frequency = 12)
  auto <- auto.arima(y, approximation = FALSE)
  list(y = as.numeric(y), form = as.character(auto), aicc = auto$aicc)
})
cat(toJSON(
  list(tool = paste("R", getRversion(), "forecast", packageVersion("forecast")), series = result, several = several, wandering = wandering),
  auto_unbox = TRUE, digits = 10
))

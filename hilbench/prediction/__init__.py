"""What a case would take on a chip, found out on its virtual board."""

from hilbench.prediction.predictor import Prediction, Predictor

__all__ = ["Prediction", "Predictor"]
